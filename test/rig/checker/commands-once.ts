import { createHash } from 'node:crypto';
import type { Accepted, Entry } from '../kills/journal';
import type { Evidence, LoggedEvent } from './evidence';
import { groupBy } from './group-by';

/** Events of one command: one append. */
interface Command {
  readonly actors: ReadonlySet<string>;
  readonly first: bigint;
  readonly last: bigint;
  readonly events: readonly LoggedEvent[];
}

type AcceptedEntry = Entry & { readonly outcome: Accepted };

/** What is remembered by a key; what the system does by itself is not. */
const REMEMBERED_ACTORS = ['part-supply', 'surveys'];

/** Every acknowledged command has its events at the position that was answered, and is the only one that has them. */
export function acknowledgedAndKept({ journal, events, base }: Evidence): string[] {
  const byLast = new Map(commandsAfter(base, events).map((command) => [String(command.last), command]));
  const claimed = new Map<string, Entry>();
  return acceptedOf(journal).flatMap((entry) => {
    const { position } = entry.outcome;
    const command = byLast.get(position);
    const other = claimed.get(position);
    claimed.set(position, entry);
    if (!command)
      return [`${named(entry)} was acknowledged with position ${position}, where no command of the log ends`];
    if (other) return [`${named(entry)} and ${named(other)} were both answered position ${position}`];
    if (!command.actors.has(entry.sub))
      return [`${named(entry)}: ${position} was written by ${[...command.actors].join()}`];
    const about = entry.caseId;
    const isThere = about === undefined || command.events.some(({ streamId }) => streamId.includes(about));
    return isThere ? [] : [`${named(entry)}: the events up to ${position} are not of the case ${about}`];
  });
}

/** No command of a client is in the log that none of them was told of; one without an answer may be, once. */
export function appliedOnce({ journal, events, base }: Evidence): string[] {
  const answered = new Set(acceptedOf(journal).map(({ outcome }) => outcome.position));
  const clients = new Set(journal.map(({ sub }) => sub));
  const unknown = journal.filter(({ outcome }) => outcome.kind === 'unknown');
  const left = new Map<string, number>();
  for (const { sub } of unknown) left.set(sub, (left.get(sub) ?? 0) + 1);
  return commandsAfter(base, events).flatMap(({ actors, first, last, events: of }) => {
    const client = [...actors].find((actor) => clients.has(actor));
    if (client === undefined || answered.has(String(last))) return [];
    const unanswered = left.get(client) ?? 0;
    if (unanswered > 0) {
      left.set(client, unanswered - 1);
      return [];
    }
    const types = of.map(({ type }) => type).join(', ');
    return [`${first}-${last} (${types}) by ${client}: no client was told of it, so a command was applied twice`];
  });
}

/** Each key names the events of its one command, and each command of a client or of a process manager has a key. */
export function rememberedByKey({ journal, events, remembered, base }: Evidence): string[] {
  const byHash = new Map(remembered.map((each) => [each.keyHash, each]));
  const byLast = new Map(remembered.filter(({ last }) => last > base).map((each) => [each.last, each]));
  const lost = acceptedOf(journal).flatMap((entry) => {
    const row = byHash.get(hashOf(entry));
    if (row === undefined) return [`${named(entry)}: its key is not remembered`];
    return String(row.last) === entry.outcome.position
      ? []
      : [`${named(entry)}: answered ${entry.outcome.position}, remembered ${row.last}`];
  });
  const actors = new Set([...journal.map(({ sub }) => sub), ...REMEMBERED_ACTORS]);
  const without = commandsAfter(base, events).flatMap((command) => {
    if (![...command.actors].some((actor) => actors.has(actor))) return [];
    const row = byLast.get(command.last);
    return row?.first === command.first
      ? []
      : [`${command.first}-${command.last}: no key is remembered for just these`];
  });
  return [...lost, ...without];
}

/** The same key, the same answer. */
export const sameAnswer = ({ journal }: Evidence): string[] =>
  journal.flatMap((entry) => entry.contradictions.map((other) => `${named(entry)} was also answered ${other}`));

/** What comes from an API is an answer or "come again": nothing is ever just broken. */
export const noFailures = ({ journal }: Evidence): string[] =>
  journal.flatMap((entry) =>
    entry.tries
      .filter(({ status }) => status !== undefined && status >= 500 && status !== 503)
      .map(({ api, status }) => `${named(entry)}: ${api} answered ${status}`),
  );

/** Sent again for two minutes, and nothing definite was heard. */
export const settledInTheEnd = ({ journal }: Evidence): string[] =>
  journal.filter(({ outcome }) => outcome.kind === 'unknown').map((entry) => `${named(entry)} was never answered`);

/** What was answered before another request of the same case was sent comes before it in the log. */
export function inRealTimeOrder({ journal }: Evidence): string[] {
  const cases = groupBy(
    acceptedOf(journal).filter(({ caseId }) => caseId !== undefined),
    ({ caseId }) => caseId,
  );
  return [...cases.values()].flatMap((entries) =>
    entries.flatMap((later) =>
      entries
        .filter(({ outcome }) => outcome.receivedAt < later.firstSentAt)
        .filter(({ outcome }) => BigInt(outcome.position) >= BigInt(later.outcome.position))
        .map((earlier) => `${named(later)} was sent after ${named(earlier)} was answered, and is before it in the log`),
    ),
  );
}

/** A step of a clock is recorded once, however often its timer was claimed. */
export function stepsOnce({ events, base }: Evidence): string[] {
  const seen = new Map<string, bigint>();
  return events.flatMap(({ step, streamId, position }) => {
    if (step === undefined || position <= base) return [];
    const key = `${streamId} ${step}`;
    const before = seen.get(key);
    seen.set(key, position);
    return before === undefined ? [] : [`${key} was recorded at ${before}, and again at ${position}`];
  });
}

function commandsAfter(base: bigint, events: readonly LoggedEvent[]): Command[] {
  const byId = groupBy(
    events.filter(({ position }) => position > base),
    ({ commandId }) => commandId,
  );
  return [...byId.values()].map((of) => ({
    actors: new Set(of.map(({ actor }) => actor)),
    first: of.reduce((least, { position }) => (position < least ? position : least), of[0]?.position ?? 0n),
    last: of.reduce((most, { position }) => (position > most ? position : most), 0n),
    events: of,
  }));
}

/** Where there was nothing to do nothing is in the log. */
const acceptedOf = (journal: readonly Entry[]): AcceptedEntry[] =>
  journal.filter(
    (entry): entry is AcceptedEntry => entry.outcome.kind === 'accepted' && entry.outcome.position !== '0',
  );

const named = ({ path, key }: Entry): string => `${path} (${key})`;

/** As the contract has it: a key belongs to the token's `sub`. */
const hashOf = ({ sub, key }: Entry): string =>
  createHash('sha256')
    .update(JSON.stringify([sub, key]))
    .digest()
    .subarray(0, 16)
    .toString('hex');
