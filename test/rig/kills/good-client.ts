import { setTimeout as pause } from 'node:timers/promises';
import { stableId } from '@fieldcase/domain';
import { demoTokens, type Person, type TokenOf } from '../../../apps/cli/src/simulator/people';
import type { Accepted, Entry, Journal, Outcome, Refused, Try } from './journal';

export interface Command {
  readonly who: Person;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body: object;
  readonly caseId?: string;
  /** The same words, the same key. */
  readonly name: string;
}

/** A base address by its name in the journal. */
export interface Target {
  readonly name: string;
  readonly url: string;
}

interface Heard {
  readonly attempt: Try;
  readonly outcome: Outcome;
}

/** Short: an API that hangs is left for the other one. */
const ANSWER_MS = 4_000;
/** Nothing that is planned here lasts as long. */
const GIVE_UP_MS = 120_000;
const IN_PROGRESS = 'idempotency.in-progress';
const LONGEST_PAUSE_MS = 400;

/**
 * A client as the contract wants them: every command has its key; what has no answer is sent again with the same key, to
 * the other API, until something definite is heard. All of it goes into the journal.
 */
export class GoodClient {
  private constructor(
    private readonly targets: readonly Target[],
    private readonly tokenOf: TokenOf,
    private readonly journal: Journal,
  ) {}

  static async of(targets: readonly Target[], dataDir: string, journal: Journal): Promise<GoodClient> {
    return new GoodClient(targets, await demoTokens(dataDir), journal);
  }

  /**
   * @param first the API that is asked first
   * @param twice the first try goes to two of them at once
   */
  async command(command: Command, first: number, twice = false): Promise<Entry> {
    const key = stableId('rig', command.name, command.path);
    const firstSentAt = performance.now();
    const heard: Heard[] = [];
    const tryOne = async (index: number): Promise<void> => void heard.push(await this.try(command, key, index));
    for (let round = 0; performance.now() - firstSentAt < GIVE_UP_MS; round += 1) {
      await Promise.all([tryOne(first + round), ...(twice && round === 0 ? [tryOne(first + 1)] : [])]);
      if (heard.some(({ outcome }) => outcome.kind !== 'unknown')) break;
      await pause(Math.min(LONGEST_PAUSE_MS, 25 * 2 ** round));
    }
    const entry = entryOf(command, key, firstSentAt, heard);
    this.journal.add(entry);
    return entry;
  }

  /** Asked again at the other API where one is away. @returns undefined where there is no such thing */
  async get<T>(who: Person, path: string, first: number): Promise<T | undefined> {
    const began = performance.now();
    for (let round = 0; performance.now() - began < GIVE_UP_MS; round += 1) {
      const answer = await this.fetch(who, path, { method: 'GET' }, first + round).catch(() => undefined);
      if (answer?.status === 200) return answer.body as T;
      if (answer !== undefined && answer.status < 500) return undefined;
      await pause(Math.min(LONGEST_PAUSE_MS, 25 * 2 ** round));
    }
    return undefined;
  }

  private async try({ who, path, body }: Command, key: string, index: number): Promise<Heard> {
    const sentAt = performance.now();
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await this.fetch(who, path, request, index).catch(() => undefined);
    const endedAt = performance.now();
    const attempt = { api: this.target(index).name, sentAt, endedAt, status: answer?.status };
    return { attempt, outcome: outcomeOf(answer, endedAt) };
  }

  private async fetch(who: Person, path: string, request: RequestInit, index: number) {
    const headers = {
      authorization: `Bearer ${await this.tokenOf(who)}`,
      ...(request.headers as Record<string, string> | undefined),
    };
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(`${this.target(index).url}/api/v1${path}`, { ...request, headers, signal });
    const replayed = response.headers.get('idempotency-replayed') === 'true';
    return { status: response.status, body: (await response.json()) as Record<string, unknown>, replayed };
  }

  private target(index: number): Target {
    return this.targets[index % this.targets.length] as Target;
  }
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly replayed: boolean;
}

/** Whoever is told to come again knows no more than who was told nothing. */
function outcomeOf(answer: Answer | undefined, receivedAt: number): Outcome {
  if (answer === undefined || answer.status >= 500 || answer.status === 429) return { kind: 'unknown' };
  const { status, body, replayed } = answer;
  if (status < 300)
    return { kind: 'accepted', id: String(body['id']), position: String(body['position']), receivedAt, replayed };
  if (body['code'] === IN_PROGRESS) return { kind: 'unknown' };
  return { kind: 'refused', status, code: String(body['code']) };
}

function entryOf(command: Command, key: string, firstSentAt: number, heard: readonly Heard[]): Entry {
  const definite = heard.map(({ outcome }) => outcome).filter((outcome) => outcome.kind !== 'unknown');
  const accepted = definite.filter((outcome): outcome is Accepted => outcome.kind === 'accepted');
  const outcome = accepted[0] ?? definite[0] ?? { kind: 'unknown' };
  const contradictions = definite.filter((other) => contradicts(outcome, other)).map((other) => JSON.stringify(other));
  const { who, path } = command;
  const caseId = command.caseId ?? (path === '/cases' && accepted[0] ? accepted[0].id : undefined);
  return {
    key,
    sub: who.sub,
    path,
    caseId,
    firstSentAt,
    tries: heard.map(({ attempt }) => attempt),
    outcome,
    contradictions,
  };
}

/** A refusal beside an acceptance: one of two at once may have been decided before the other was written. */
function contradicts(outcome: Outcome, other: Accepted | Refused): boolean {
  return outcome.kind === 'accepted' && other.kind === 'accepted' && other.position !== outcome.position;
}
