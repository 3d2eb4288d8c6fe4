/**
 * Shelves, part requests in every state, and ratings for the sample cases, given as commands of the people concerned.
 * What is there already is left alone, so that a second run adds nothing.
 */
import { partSupply, stableId, surveyStream, type CaseState, type ReferenceState } from '@fieldcase/domain';
import { caseDecider, caseStreams, RATING_WINDOW_MS, stockStream } from '@fieldcase/domain';
import type { Application, CaseCommandInput, CommandOptions } from '@fieldcase/application';
import type { Depot, Part } from '@fieldcase/domain/events';
import type { EventStore, Fact, Instant, LogSource } from '@fieldcase/eventsourcing';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';
import { AGENT, DISPATCHER, SUPERVISOR, type Actor } from './actors';
import { beginsSample, SAMPLE_SOURCE } from './sample-event';
import { PARTS } from './words';

export interface SamplePartsOptions {
  readonly application: Application;
  readonly store: EventStore;
  readonly source: LogSource;
  readonly now: () => Instant;
}

/** Written by this run. */
export interface SamplePartsReport {
  readonly shelves: number;
  readonly requests: number;
  readonly ratings: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTH = 31 * DAY;
const PER_READ = 50;
/** Pieces of a part on the shelf of such a depot, and below how many it is replenished up to how many. */
const SHELVES: Readonly<Record<Depot['kind'], readonly [pieces: number, min: number, max: number]>> = {
  factory: [60, 0, 0],
  region: [20, 8, 30],
  city: [8, 4, 12],
  county: [4, 2, 8],
  van: [2, 0, 0],
};

/** 0 to `below` - 1, the same for the same words. */
const pick = (below: number, ...words: readonly (string | number)[]): number =>
  Number.parseInt(
    stableId('demo-pick', ...words)
      .replaceAll('-', '')
      .slice(-8),
    16,
  ) % below;

export async function addSampleParts(options: SamplePartsOptions): Promise<SamplePartsReport> {
  const reference = await options.application.referenceData.current();
  const shelves = await fillShelves(options, reference);
  const work = { requests: 0, ratings: 0 };
  const asked = samplePartsOf(reference).flatMap((part) => (part.serialised ? [] : part.partNumber));
  // By its place in the log, so that two runs at once tell the same of a case.
  const cases = await sampleCases(options.source);
  const places = new Map(cases.map((caseId, place) => [caseId, place]));
  for (const caseIds of inGroups(cases, PER_READ)) {
    for (const [caseId, state] of await statesOf(options.store, caseIds)) {
      const place = places.get(caseId) ?? 0;
      if (state.phase === 'open' && state.visits.length > 0 && state.parts.length === 0 && place % 2 === 0) {
        await request(options, caseId, asked[pick(asked.length, caseId, 'part')] ?? '', place / 2);
        work.requests += 1;
      }
      if (await rate(options, caseId, state)) work.ratings += 1;
    }
  }
  return { shelves, ...work };
}

const SAMPLE_PARTS: ReadonlySet<string> = new Set(PARTS.map(({ partNumber }) => partNumber));

/** Whoever tries the verb where he works already has parts of his own. */
const samplePartsOf = ({ parts }: ReferenceState): readonly Part[] =>
  Object.values(parts).filter(({ partNumber }) => SAMPLE_PARTS.has(partNumber));

/** The key is the same in every run: two at once do nothing twice. */
const by = ({ sub, role }: Actor, key: string, more: Partial<CommandOptions> = {}): CommandOptions => ({
  actor: sub,
  roles: [role],
  unbounded: true,
  key: { sub: SAMPLE_SOURCE, key, request: key },
  ...more,
});

async function fillShelves(
  { application, store, now }: SamplePartsOptions,
  reference: ReferenceState,
): Promise<number> {
  const parts = samplePartsOf(reference);
  const cards = Object.values(reference.depots)
    .filter(({ id }) => id.startsWith('demo-'))
    .flatMap((depot) => parts.map((part) => ({ depot, part })));
  const streams = cards.map(({ depot, part }) => stockStream(depot.id, part.partNumber));
  const known = await store.readStreams(streams, { limit: 1 });
  const empty = cards.filter((_, index) => known.get(streams[index] ?? '')?.length === 0);
  const occurredAt = now() - MONTH;
  for (const { depot, part } of empty.filter((card) => !card.part.serialised)) {
    await fill(application, depot, part, occurredAt);
  }
  return empty.length;
}

async function fill(application: Application, depot: Depot, part: Part, occurredAt: Instant): Promise<void> {
  const as = (what: string) => by(SUPERVISOR, `${what}:${depot.id}:${part.partNumber}`, { occurredAt });
  const [pieces, min, max] = SHELVES[depot.kind];
  const at = { depotId: depot.id, partNumber: part.partNumber };
  const quantity = pieces + pick(pieces, depot.id, part.partNumber);
  await application.stock.handle({ type: 'ReceiveStock', ...at, quantity }, as('receipt'));
  if (max > 0) await application.stock.handle({ type: 'SetLevels', ...at, min, max }, as('levels'));
  if (depot.kind === 'region' && part.makerId !== undefined) {
    await application.stock.handle({ type: 'ReceiveStock', ...at, quantity: 4, owner: part.makerId }, as('consigned'));
  }
}

/** In the order of the log. */
async function sampleCases(source: LogSource): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after = 0n; ;) {
    const { events, upTo } = await source.read({ after, limit: 1_000, types: ['FaultReported'] });
    ids.push(...events.filter(beginsSample).map(({ data }) => (data as { caseId: string }).caseId));
    if (upTo === after) return ids;
    after = upTo;
  }
}

function inGroups<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

async function statesOf(store: EventStore, caseIds: readonly string[]): Promise<ReadonlyMap<string, CaseState>> {
  const read = await store.readStreams(caseIds.flatMap((id) => [...caseStreams(id)]));
  return new Map(
    caseIds.map((id) => {
      const events = caseStreams(id)
        .flatMap((stream) => read.get(stream) ?? [])
        .sort((a, b) => (a.position < b.position ? -1 : 1));
      const facts = events as unknown as readonly Fact<CaseEvent | ClockEvent>[];
      return [id, facts.reduce((state, fact) => caseDecider.evolve(state, fact), caseDecider.initialState)];
    }),
  );
}

type Stage =
  | 'asked'
  | 'acknowledged'
  | 'shipped'
  | 'received'
  | 'short'
  | 'returned'
  | 'taken-back'
  | 'declined'
  | 'cancelled'
  | 'waiting'
  | 'used';
/** A request stops at each of them in turn. */
const STAGES: readonly Stage[] = [
  'asked',
  'acknowledged',
  'shipped',
  'received',
  'used',
  'waiting',
  'short',
  'returned',
  'declined',
  'taken-back',
  'cancelled',
];

/** One request, and what has become of it so far. */
async function request(options: SamplePartsOptions, caseId: string, partNumber: string, nth: number): Promise<void> {
  const stage = STAGES[nth % STAGES.length] ?? 'asked';
  const { application } = options;
  const tell = (command: CaseCommandInput, actor: Actor = DISPATCHER) =>
    application.cases.handle(caseId, command, by(actor, `${command.type}:${caseId}`));
  const quantity = stage === 'waiting' ? 500 : 1 + (nth % 2);
  const { made } = await tell({ type: 'RequestPart', partNumber, quantity });
  const partRequestId = made['partRequestId'] ?? '';
  await supply(options, caseId);
  if (stage === 'asked' || stage === 'waiting') return;
  const one = { partRequestId, quantity: 1 };
  const depots = { partRequestId, depots: '*' } as const;
  if (stage === 'cancelled')
    return void (await tell({ type: 'CancelPartRequest', partRequestId, reason: '客户已自行购得' }));
  if (stage === 'declined') {
    await tell({ type: 'DeclinePartRequest', ...depots, reason: '今天停电，无法发货' }, SUPERVISOR);
    return supply(options, caseId);
  }
  await tell({ type: 'AcknowledgePartRequest', ...depots }, SUPERVISOR);
  if (stage === 'acknowledged') return;
  const trackingNumber = `SF${1_000_000 + pick(9_000_000, partRequestId)}`;
  await tell({ type: 'ShipPart', ...depots, carrier: '顺丰速运', trackingNumber }, SUPERVISOR);
  if (stage === 'shipped') return;
  if (stage === 'short') {
    await tell({ type: 'ReportShortage', ...one, reason: 'damaged' });
    return supply(options, caseId);
  }
  await tell({ type: 'ReceivePart', partRequestId, quantity });
  if (stage === 'received') return;
  if (stage === 'used') return void (await tell({ type: 'ConsumePart', partRequestId, quantity }));
  await tell({ type: 'ReturnUnused', ...one, condition: nth % 2 === 0 ? 'good' : 'defective' });
  if (stage === 'taken-back') await tell({ type: 'ReceiveReturn', ...one, depots: '*', condition: 'good' }, SUPERVISOR);
}

/** What the worker would do next; where it runs it finds that it was done. */
async function supply({ application, store }: SamplePartsOptions, caseId: string): Promise<void> {
  const [, , stream] = caseStreams(caseId);
  const event = (await store.readStreams([stream])).get(stream)?.at(-1);
  if (!event || !partSupply.eventTypes.includes(event.type)) return;
  for (const [index, command] of partSupply.react(event).entries()) {
    await application.partSupply.execute(command, event, index);
  }
}

/** csat scores in the shares in which they are given, of 20. */
const CSAT = [5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 2, 1] as const;

/** Three in five are rated, half of the others have only been asked. */
async function rate(
  { application, store, now }: SamplePartsOptions,
  caseId: string,
  state: CaseState,
): Promise<boolean> {
  const { phase, closedAt, attributes, cycle } = state;
  const recent = closedAt !== null && closedAt > now() - RATING_WINDOW_MS + HOUR;
  if (phase !== 'closed' || !recent || attributes.caseType === 'enquiry') return false;
  const stream = surveyStream(caseId);
  if ((await store.readStreams([stream], { limit: 1 })).get(stream)?.length !== 0) return false;
  const asks = pick(10, caseId, 'rates');
  if (asks >= 8) return false;
  const byTelephone = asks < 2;
  if (!byTelephone)
    await application.surveys.handle(
      { type: 'SendSurvey', caseId, cycle },
      by({ sub: 'surveys', role: 'system' }, `survey:${caseId}:${cycle}`),
    );
  if (asks >= 6) return false;
  const csat = CSAT[pick(CSAT.length, caseId, 'csat')] ?? 5;
  const how = byTelephone
    ? ({ caseId, via: 'telephone', channel: 'phone' } as const)
    : ({ caseId, cycle, via: 'link', channel: 'web' } as const);
  const who = (kind: string) =>
    by(byTelephone ? AGENT : { sub: 'customer', role: 'customer' }, `${kind}:${caseId}:${cycle}`);
  const comment = csat <= 2 ? { comment: '等配件等了太久，耽误了农活' } : {};
  await application.surveys.handle(
    { type: 'SubmitRating', ...how, kind: 'csat', score: csat, ...comment },
    who('csat'),
  );
  if (asks % 2 === 0) {
    const score = Math.min(10, Math.max(0, csat * 2 - pick(2, caseId, 'nps')));
    await application.surveys.handle({ type: 'SubmitRating', ...how, kind: 'nps', score }, who('nps'));
  }
  return true;
}
