import { partSupply } from '@fieldcase/domain';
import { describeFailure, ParkedRecords } from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { pauseFor } from './pause';

const EVERY_MS = 6 * 3_600_000;
const TRY_AGAIN_MS = 60_000;

/** Their commands are known by their keys when a batch comes again. */
const PROCESS_MANAGERS = [partSupply.name];

// One that has no checkpoint yet has done nothing either.
const MAINTAIN = `select fieldcase.maintain_command_partitions(
  (select min(position) from fieldcase.checkpoints where subscription = any($1)))`;

/**
 * Partitions of remembered commands: those of the next days are made, those past their 72 h are dropped where no process
 * manager is behind. What depots sent and nobody could read is deleted after its days.
 */
export async function runUpkeep({ pool, report }: Connections, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await pool.query(MAINTAIN, [PROCESS_MANAGERS]);
      await new ParkedRecords(pool).forgetOld();
      await pauseFor(EVERY_MS, signal);
    } catch (error) {
      report('warn', 'upkeep failed', { problem: describeFailure(error) });
      await pauseFor(TRY_AGAIN_MS, signal);
    }
  }
}
