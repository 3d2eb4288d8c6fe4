import { VERSION } from '@fieldcase/contracts';
import { runCommandLine } from './program';

it('`fieldcase --version` prints the version and is no failure', async () => {
  const written = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    expect(await runCommandLine(['--version'], {})).toBe(0);
    expect(written.mock.calls).toEqual([[`${VERSION}\n`]]);
  } finally {
    written.mockRestore();
  }
});
