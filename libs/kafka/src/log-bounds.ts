import type { LogSource } from '@fieldcase/eventsourcing';
import { ForeignRecord } from './log-topic';

/** Knows where the log ends: what the topic has beyond is of another time, and nothing of it may be applied. */
export class LogBounds {
  private knownHead = 0n;

  constructor(
    private readonly topic: string,
    private readonly log: Pick<LogSource, 'head'>,
  ) {}

  /** Why nothing up to here may be applied; undefined where the log has it, or cannot be asked just now. */
  async beyond(end: bigint): Promise<ForeignRecord | undefined> {
    if (end <= this.knownHead) return undefined;
    const head = await this.log.head().catch(() => undefined);
    if (head === undefined) return undefined;
    this.knownHead = head;
    if (end <= head) return undefined;
    return new ForeignRecord(
      `${this.topic} has position ${end}, and the log ends with ${head}: an older backup of the log was restored. ` +
        `Restore a newer one, or give the topics another KAFKA_PREFIX and run "fieldcase relay restart"`,
    );
  }
}

export const furthest = (after: bigint, position = 0n): bigint => (position > after ? position : after);

export function least(positions: readonly (bigint | undefined)[]): bigint | undefined {
  const known = positions.filter((position) => position !== undefined);
  return known.reduce<bigint | undefined>((low, next) => (low === undefined || next < low ? next : low), undefined);
}
