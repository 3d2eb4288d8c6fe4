import { StoreUnavailable } from '@fieldcase/eventsourcing';
import { backoff, describeFailure, isInfrastructureFailure, isStatementTimeout } from './failure';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('isInfrastructureFailure', () => {
  it.each(['08006', '40P01', '40001', '53300', '55P03', '57P01', '57014', '42P01', '42501', 'XX000', 'ECONNRESET'])(
    'waits for %s to pass',
    (code) => expect(isInfrastructureFailure(withCode(code))).toBe(true),
  );

  it.each(['22P02', '23505', '23502', '21000', '54000', 'P0001'])('blames the event for %s', (code) =>
    expect(isInfrastructureFailure(withCode(code))).toBe(false),
  );

  it('knows the store and the driver', () => {
    expect(isInfrastructureFailure(new StoreUnavailable('away', false))).toBe(true);
    expect(isInfrastructureFailure(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isInfrastructureFailure(new TypeError('x is undefined'))).toBe(false);
    expect(isInfrastructureFailure('a string')).toBe(false);
    expect(isStatementTimeout(withCode('57014'))).toBe(true);
  });
});

describe('describeFailure', () => {
  it('keeps name, code and place', () => {
    expect(describeFailure(withCode('22P02', 'invalid input'))).toMatch(
      /^Error 22P02: invalid input \(failure\.spec\.ts:\d+\)$/,
    );
  });

  it('drops what is quoted: it may be a person', () => {
    const text = describeFailure(new SyntaxError(`Unexpected token 'x', "{ 13900001111 }" is not '王' or \`李\``));
    expect(text).not.toMatch(/1390|王|李/);
    expect(text).toContain('Unexpected token "…"');
    expect(describeFailure({ phone: '13900001111' })).not.toContain('1390');
  });

  it('keeps property names of the language itself', () => {
    expect(describeFailure(new TypeError(`Cannot read properties of undefined (reading 'visits')`))).toContain(
      'visits',
    );
  });
});

describe('backoff', () => {
  it('grows from half the first pause to the longest', () => {
    expect(backoff(0, 100)).toBeGreaterThanOrEqual(50);
    expect(backoff(0, 100)).toBeLessThanOrEqual(100);
    expect(backoff(1_000, 100, 5_000)).toBeGreaterThanOrEqual(2_500);
    expect(backoff(1_000, 100, 5_000)).toBeLessThanOrEqual(5_000);
  });
});
