import { describeFailure } from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { pauseFor } from './pause';

const EVERY_MS = 6 * 3_600_000;
const TRY_AGAIN_MS = 60_000;

/** Partitions of remembered commands: those of the next days are made, those past their 72 h are dropped. */
export async function runUpkeep({ pool, report }: Connections, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      // null: no process manager holds a checkpoint yet that old answers would have to wait for.
      await pool.query('select fieldcase.maintain_command_partitions(null)');
      await pauseFor(EVERY_MS, signal);
    } catch (error) {
      report('warn', 'upkeep failed', { problem: describeFailure(error) });
      await pauseFor(TRY_AGAIN_MS, signal);
    }
  }
}
