import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../libs/postgres/embedded/start-embedded.mjs';
import { describeWith } from '../support/describe-with';

const NOBODY = 65_534;

describe('the embedded server, without a launcher', () => {
  jest.setTimeout(60_000);
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'fieldcase-embedded-'));
    chmodSync(dataDir, 0o755);
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('locks its folder as long as it runs', async () => {
    const first = await startEmbedded({ dataDir });
    try {
      await expect(startEmbedded({ dataDir })).rejects.toThrow(/already running on the data folder/);
    } finally {
      await first.stop();
    }
    await (await startEmbedded({ dataDir })).stop();
  });

  describeWith('another user', process.getuid?.() === 0, 'started by root', () => {
    it("works as the owner of the folder, who can then start it himself, and as the data's owner ever after", async () => {
      chownSync(dataDir, NOBODY, NOBODY);
      await (await startEmbedded({ dataDir })).stop();
      expect(statSync(join(dataDir, 'pg')).uid).toBe(NOBODY);
      for (const secret of ['secrets', 'secrets/postgres.json'])
        expect(statSync(join(dataDir, secret)).uid).toBe(NOBODY);
      chownSync(dataDir, 0, 0);
      const again = await startEmbedded({ dataDir });
      await again.stop();
      expect(statSync(join(dataDir, 'pg', 'PG_VERSION')).uid).toBe(NOBODY);
      expect(again.fresh).toBe(false);
    });
  });
});
