/** What some tests need and a machine may lack. In CI a skip fails the run, but for the shared data. */
export type Need = '../shared/data' | 'another user' | 'docker' | 'chromium' | 'kafka';

/**
 * `describe` where the need is there; else the block is skipped, and one line says so.
 * @param present asked once, while the tests are collected
 */
export function describeWith(need: Need, present: boolean, title: string, body: () => void): void {
  if (present) return describe(title, body);
  process.stderr.write(`skipped: ${title}: needs ${need}, which is not here\n`);
  describe.skip(`${title} [needs ${need}]`, body);
}
