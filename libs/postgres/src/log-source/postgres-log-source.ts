import type { Pool } from 'pg';
import {
  Upcasters,
  type LogBatch,
  type LogSource,
  type ReadLogOptions,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import { ask, type LogQuery } from '../event-store/log-query';
import { readHead } from '../event-store/postgres-event-store';
import { eventColumns, toRecordedEvent, type EventRow } from '../event-store/recorded-event-row';
import { LogWakeUp } from './log-wake-up';
import { areReferenceTypes, readReferenceEvents } from './postgres-reference-log';

const POLL_MS = 1_000;
/** Positions looked at by one read of some types: bounds the statement where they are rare. */
const WINDOW = 20_000n;

const readLog = {
  name: 'fieldcase.read_log',
  text: `select ${eventColumns} from fieldcase.read_log($1, $2, $3, $4) e`,
} as const;

const readTypes = {
  text: `select ${eventColumns} from fieldcase.events e
          where e.position > $1 and e.position <= $2::bigint and e.type = any ($4::text[])
          order by e.position limit $3`,
} as const;

export interface PostgresLogSourceOptions {
  readonly upcasters?: Upcasters;
}

/**
 * The log in order. Positions are gapless and in commit order, so a reader of `position > after` misses nothing.
 * Reads throw StoreUnavailable while the server is away; `waitForMore` then waits.
 */
export class PostgresLogSource implements LogSource {
  private readonly wakeUp: LogWakeUp;
  private readonly upcasters: Upcasters;
  /** The head grows only: what was seen once spares a query. */
  private seenHead = 0n;

  constructor(
    private readonly pool: Pool,
    options: PostgresLogSourceOptions = {},
  ) {
    this.wakeUp = new LogWakeUp(pool);
    this.upcasters = options.upcasters ?? Upcasters.none;
  }

  async read({ after, limit, types, except, upTo }: ReadLogOptions): Promise<LogBatch> {
    if (!types) return this.readAll(after, limit, upTo, except);
    const few = areReferenceTypes(types);
    const reach = few ? undefined : after + WINDOW;
    const end = least(upTo, reach, await this.headBeyond(least(upTo, reach)));
    if (end <= after) return { events: [], upTo: after };
    const events = few
      ? await readReferenceEvents(this.pool, { types, after, upTo: end, limit, upcasters: this.upcasters })
      : await this.ask(readTypes, [after, end, limit, types]);
    return { events, upTo: events.length === limit ? (events.at(-1)?.position ?? end) : end };
  }

  async head(): Promise<bigint> {
    const head = await readHead(this.pool);
    if (head > this.seenHead) this.seenHead = head;
    return head;
  }

  async waitForMore(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void> {
    for (let left = timeoutMs; left > 0 && !signal.aborted; left -= POLL_MS) {
      // First listen, then look: what is committed between the two is heard.
      const wakeUp = this.wakeUp.wait(after, Math.min(left, POLL_MS), signal);
      if (await this.hasGrown(after)) {
        wakeUp.cancel();
        return;
      }
      if (await wakeUp.heard) return;
    }
  }

  /** Ends the listening connection; the pool is its owner's. */
  async close(): Promise<void> {
    await this.wakeUp.close();
  }

  private async readAll(after: bigint, limit: number, to?: bigint, except: readonly string[] = []): Promise<LogBatch> {
    const events = await this.ask(readLog, [after, to ?? null, limit, except]);
    const upTo = events.at(-1)?.position ?? after;
    return { events, upTo, looked: Number(upTo - after) };
  }

  private async ask(statement: Pick<LogQuery, 'name' | 'text'>, values: readonly unknown[]): Promise<RecordedEvent[]> {
    const rows = await ask<EventRow>(this.pool, { ...statement, values });
    return rows.map((row) => toRecordedEvent(row, this.upcasters));
  }

  /** The head, asked anew unless it is known to be at `position` or beyond. */
  private async headBeyond(position: bigint | undefined): Promise<bigint> {
    return position !== undefined && this.seenHead >= position ? this.seenHead : this.head();
  }

  private async hasGrown(after: bigint): Promise<boolean> {
    try {
      return (await this.head()) > after;
    } catch {
      // The caller's next read says what is wrong; here the pause goes on.
      return false;
    }
  }
}

function least(...positions: readonly [...(bigint | undefined)[], bigint]): bigint;
function least(...positions: readonly (bigint | undefined)[]): bigint | undefined;
function least(...positions: readonly (bigint | undefined)[]): bigint | undefined {
  const known = positions.filter((position) => position !== undefined);
  return known.reduce<bigint | undefined>((low, next) => (low === undefined || next < low ? next : low), undefined);
}
