import { armFailpoint, failpoint, FAILPOINTS } from './failpoint';
import { ConfigError, loadConfig } from './config';

describe('a failpoint', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);

  afterEach(() => {
    armFailpoint(undefined);
    kill.mockClear();
  });

  afterAll(() => kill.mockRestore());

  it('does nothing unless it is armed', () => {
    for (const name of FAILPOINTS) failpoint(name);
    expect(kill).not.toHaveBeenCalled();
  });

  it('ends the process at the nth passing, and at no other place', () => {
    armFailpoint({ name: 'relay.sent', nth: 2 });
    failpoint('relay.sent');
    failpoint('relay.noted');
    expect(kill).not.toHaveBeenCalled();
    failpoint('relay.sent');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
  });

  it.each([
    [{}, undefined],
    [{ FAILPOINT: 'relay.sent' }, { name: 'relay.sent', nth: 1 }],
    [{ FAILPOINT: 'append.before:12' }, { name: 'append.before', nth: 12 }],
  ])('is read from the environment: %j', (env, armed) => {
    expect(loadConfig(env).failpoint).toEqual(armed);
  });

  it.each(['relay', 'relay.sent:0', 'relay.sent:x', ':1'])('is refused where there is none of the name: %s', (text) => {
    expect(() => loadConfig({ FAILPOINT: text })).toThrow(ConfigError);
  });
});
