import { failpoint } from '@fieldcase/config';
import {
  depotOfTopic,
  depotTopic,
  depotUser,
  isReadable,
  readConfirmation,
  type Confirmation,
  type ConfirmationOutcome,
  type ConfirmingDepot,
} from '@fieldcase/contracts';
import { replyRecord, type Answer } from './confirmation-answers';
import type { ConsumedRecord, Publisher } from './transport';

export type ConfirmationReport = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string>>,
) => void;

export interface DeskOptions {
  readonly prefix: string;
  /** Throws where nothing was decided. */
  readonly carryOut: (depot: ConfirmingDepot, confirmation: Confirmation) => Promise<ConfirmationOutcome>;
  /** Whether waiting may mend it; what nobody foresaw is parked, lest one record stops all behind it. */
  readonly isPassing: (error: unknown) => boolean;
  /** Kept for people. @returns the offsets that are kept, the others are counted */
  readonly park: (
    topic: string,
    partition: number,
    records: readonly { readonly offset: bigint; readonly reason: string; readonly bytes: Uint8Array }[],
  ) => Promise<ReadonlySet<bigint>>;
  /** Fit for a log: of an error, without values. */
  readonly describe: (error: unknown) => string;
  readonly report: ConfirmationReport;
  readonly now?: () => number;
}

/** What the desk needs of the consumption that feeds it. */
export interface DeskLine {
  readonly publisher: Pick<Publisher, 'send'>;
  /** Whether there is a topic to answer on. */
  readonly isAnswered: (repliesTopic: string) => Promise<boolean>;
  readonly commit: (topic: string, partition: number, next: bigint) => Promise<void>;
}

/** So long in one go: then others have their turn. */
const SLICE_MS = 20;
/** A key is remembered for 72 h: what was read later could have been carried out before, and nobody would know. */
const OLDEST_MS = 60 * 3_600_000;
/** A run of dropped records is told of at its end, and otherwise so often. */
const TELL_AFTER_MS = 10_000;

interface Run {
  readonly first: bigint;
  readonly last: bigint;
  readonly count: number;
  readonly since: number;
}

/** Takes confirmations record by record and answers each: what is done and kept is there before it is told, and told before it is committed. */
export class ConfirmationDesk {
  /** Dropped and not yet told of, by partition: not committed either, so that a kill forgets none. */
  private readonly runs = new Map<string, Run>();
  private readonly now: () => number;
  /** Topics of replies that are not there, and told of: once is enough. */
  private readonly unanswered = new Set<string>();

  constructor(
    private readonly options: DeskOptions,
    private readonly line: DeskLine,
  ) {
    this.now = options.now ?? Date.now;
  }

  /** What comes next begins at what was committed. */
  forget(): void {
    this.runs.clear();
  }

  /** @returns how many of the records it has dealt with; throws where the others have to wait */
  async take(topic: string, partition: number, records: readonly ConsumedRecord[], end: bigint): Promise<number> {
    const depotId = depotOfTopic(this.options.prefix, topic)?.depotId;
    if (depotId === undefined) throw new Error(`${topic} is no topic of a depot`);
    const depot = { depotId, user: depotUser(this.options.prefix, depotId) };
    const until = performance.now() + SLICE_MS;
    const answers: Answer[] = [];
    let trouble: unknown;
    for (const record of records) {
      if (answers.length > 0 && performance.now() > until) break;
      try {
        answers.push(await this.answerTo(depot, record));
      } catch (error) {
        trouble = error;
        break;
      }
    }
    const bytes = new Map(records.map((record) => [record.offset, record.bytes ?? new Uint8Array()]));
    const next = await this.settle(topic, partition, answers, bytes, end);
    if (next !== undefined) await this.line.commit(topic, partition, next);
    if (answers.length === 0 && trouble !== undefined) throw trouble;
    return answers.length;
  }

  private async answerTo(depot: ConfirmingDepot, record: ConsumedRecord): Promise<Answer> {
    const { offset, bytes, timestamp } = record;
    const read = readConfirmation(bytes);
    if (!isReadable(read)) return { ...read, offset, outcome: 'parked' };
    const named = { offset, id: read.id, source: read.source, partRequestId: read.data.partRequestId };
    if (timestamp < this.now() - OLDEST_MS) return { ...named, outcome: 'parked', code: 'confirmation.too-late' };
    try {
      const done = await this.options.carryOut(depot, read);
      failpoint('confirmation.executed');
      if (done.outcome === 'id-reused') return { ...named, outcome: 'parked', code: 'confirmation.id-reused' };
      return done.outcome === 'accepted' ? { ...named, ...done, code: 'confirmation.accepted' } : { ...named, ...done };
    } catch (error) {
      if (this.options.isPassing(error)) throw error;
      const { report, describe } = this.options;
      report('error', 'a confirmation failed and is parked', { depot: depot.user, problem: describe(error) });
      return { ...named, outcome: 'parked', code: 'confirmation.failed' };
    }
  }

  /** Keeps, answers. @returns where to begin after a kill; undefined where that stays as it is */
  private async settle(
    topic: string,
    partition: number,
    answers: readonly Answer[],
    bytes: ReadonlyMap<bigint, Uint8Array>,
    end: bigint,
  ): Promise<bigint | undefined> {
    const last = answers.at(-1)?.offset;
    if (last === undefined) return undefined;
    const unread = answers.flatMap(({ outcome, offset, code }) =>
      outcome === 'parked' ? [{ offset, reason: code, bytes: bytes.get(offset) ?? new Uint8Array() }] : [],
    );
    const kept = unread.length === 0 ? new Set<bigint>() : await this.options.park(topic, partition, unread);
    const key = `${topic}/${partition}`;
    const { told, run } = withoutDropped(answers, kept, this.runs.get(key));
    const isTold = run && (last + 1n >= end || performance.now() - run.since >= TELL_AFTER_MS);
    await this.tell(topic, partition, isTold ? [...told, ended(run)] : told);
    // Only now: where the telling fails, the same records come again.
    if (run && !isTold) {
      this.runs.set(key, run);
      return told.length > 0 ? run.first : undefined;
    }
    this.runs.delete(key);
    return last + 1n;
  }

  private async tell(topic: string, partition: number, answers: readonly Answer[]): Promise<void> {
    if (answers.length === 0) return;
    const { prefix, report } = this.options;
    const replies = depotTopic(prefix, depotOfTopic(prefix, topic)?.depotId ?? '', 'replies');
    if (await this.line.isAnswered(replies)) {
      const now = this.now();
      await this.line.publisher.send(
        replies,
        0,
        answers.map((answer) => replyRecord(topic, partition, answer, now)),
      );
    } else if (!this.unanswered.has(replies)) {
      this.unanswered.add(replies);
      report('warn', 'a depot cannot be answered: its topic is not there', { topic: replies });
    }
    failpoint('confirmation.replied');
  }
}

/** One answer for each run of those that found no room. @param before one that is not at its end yet */
function withoutDropped(
  answers: readonly Answer[],
  kept: ReadonlySet<bigint>,
  before: Run | undefined,
): { readonly told: readonly Answer[]; readonly run: Run | undefined } {
  const told: Answer[] = [];
  let run = before;
  for (const answer of answers) {
    const { offset, outcome } = answer;
    if (outcome === 'parked' && !kept.has(offset)) {
      run = { first: offset, since: performance.now(), ...run, last: offset, count: (run?.count ?? 0) + 1 };
      continue;
    }
    if (run) told.push(ended(run));
    run = undefined;
    told.push(answer);
  }
  return { told, run };
}

function ended({ first, last, count }: Run): Answer {
  const named = { offset: first, id: null, source: null };
  return { ...named, outcome: 'dropped', code: 'confirmation.dropped', params: { count }, dropped: { count, last } };
}
