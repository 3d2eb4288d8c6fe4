/**
 * One case, its timeline and its clocks, folded from the streams at every call: always fresh, and as it was known at any
 * position or instant.
 */
import { streamId, type EventStore, type Instant, type RecordedEvent } from '@fieldcase/eventsourcing';
import { judge } from '@fieldcase/domain/sla';
import type {
  CaseClocksView,
  CasePageView,
  CaseTimelineView,
  Language,
  Scope,
  TimelineEntry,
  TimelineFacts,
} from '@fieldcase/contracts';
import { timelineSentence } from '@fieldcase/contracts';
import { accessTo, type Access } from '../access';
import { isCaseFact } from '../fold/apply-batch';
import type { CaseFact } from '../fold/case-fact';
import { evolveCaseFold, initialCaseFold, techniciansOf, type CaseFold } from '../fold/case-fold';
import { BUSINESS_ZONE, instantText, spokenInstant } from '../formatting';
import { casePageOf } from './case-page';
import { clockViewOf } from './clock-view';
import { visibleFacts } from './personal-fields';
import { detailsBeforeCorrections } from './timeline-facts';

/** A position of the log, or an instant of recordedAt (epoch ms). */
export type AsOf = { readonly position: bigint } | { readonly recordedAt: Instant };

export interface AsOfOption {
  readonly asOf?: AsOf;
}

/** recordedAt of the event at a position; null beyond the head. */
export type RecordedAtOf = (position: bigint) => Promise<Instant | null>;

/** Facts recorded longer than this after they happened are marked late. */
const LATE_MS = 60_000;

/** A case as the caller may see it, as it was known then. */
interface Opened {
  readonly facts: readonly CaseFact[];
  readonly fold: CaseFold;
  readonly version: number;
  readonly zone: string;
  /** The instant of knowledge: null means now. */
  readonly at: Instant | null;
}

export class CaseViews {
  /**
   * @param recordedAtOf lets clocks be judged at the very event that `asOf` names, also where another case wrote it;
   *   without it they are judged at this case's last event before
   */
  constructor(
    private readonly store: EventStore,
    private readonly recordedAtOf?: RecordedAtOf,
  ) {}

  /** Null when there is no such case, or the caller may not see it: the two look the same. */
  async page(scope: Scope, caseId: string, options: AsOfOption = {}): Promise<CasePageView | null> {
    const opened = await this.open(scope, caseId, options.asOf);
    return opened && casePageOf(opened.facts, opened.fold, opened.version, opened.zone);
  }

  async timeline(
    scope: Scope,
    caseId: string,
    options: AsOfOption & { readonly language: Language },
  ): Promise<CaseTimelineView | null> {
    const opened = await this.open(scope, caseId, options.asOf);
    if (!opened) return null;
    const before = detailsBeforeCorrections(opened.facts);
    const items: TimelineEntry[] = [];
    for (const fact of opened.facts) {
      const number = fact.type === 'CaseMerged' ? await this.numberOf(fact.data.into) : undefined;
      const data = { ...fact.data, ...(number === undefined ? {} : { number }) };
      items.push(entryOf(fact, { data, before: before.get(fact.position) ?? {} }, opened.zone, options.language));
    }
    return { items, position: opened.fold.position };
  }

  /** @param options.now epoch ms, where no `asOf` is asked */
  async clocks(
    scope: Scope,
    caseId: string,
    options: AsOfOption & { readonly language: Language; readonly now: Instant },
  ): Promise<CaseClocksView | null> {
    const opened = await this.open(scope, caseId, options.asOf);
    if (!opened) return null;
    // Of a moment that is still to come nothing is known yet.
    const at = Math.min(opened.at ?? options.now, options.now);
    const clocks = judge(opened.fold.facts, at);
    return {
      items: clocks.map((clock) => clockViewOf(clock, at, opened.zone, options.language)),
      at: instantText(at, opened.zone),
      position: opened.fold.position,
    };
  }

  /** A number is no secret to whoever may see the case that was merged: he is sent on to the other by it. */
  private async numberOf(caseId: string): Promise<string | undefined> {
    const stream = streamId('case', caseId);
    const events = (await this.store.readStreams([stream])).get(stream) ?? [];
    return events.filter(isCaseFact).find((fact) => fact.type === 'FaultReported')?.data.number;
  }

  private async open(scope: Scope, caseId: string, asOf: AsOf | undefined): Promise<Opened | null> {
    const streams = ['case', 'clocks', 'parts', 'survey'].map((category) => streamId(category, caseId));
    const read = await this.store.readStreams(streams, { personal: true });
    const all = streams.flatMap((id) => read.get(id) ?? []).sort(byPosition);
    // Whether the caller may see the case is judged by what it is now, not by what it was then.
    const access = accessOf(scope, foldOf(all.filter(isCaseFact)));
    const known = asOf ? all.filter((event) => isKnown(event, asOf)) : all;
    const facts = known.filter(isCaseFact);
    if (access === 'none' || !facts.some((fact) => fact.type === 'FaultReported')) return null;
    const version = known.filter((event) => event.streamId === streams[0]).at(-1)?.version ?? 0;
    const fold = foldOf(facts);
    return {
      facts: visibleFacts(facts, access, scope.sub),
      fold,
      version,
      zone: zoneOf(facts),
      at: await this.instantOf(asOf, known),
    };
  }

  private async instantOf(asOf: AsOf | undefined, known: readonly RecordedEvent[]): Promise<Instant | null> {
    if (!asOf) return null;
    if ('recordedAt' in asOf) return asOf.recordedAt;
    // Beyond the log's head nothing more is known than now.
    if (this.recordedAtOf) return this.recordedAtOf(asOf.position);
    return known.at(-1)?.recordedAt ?? null;
  }
}

function byPosition(a: RecordedEvent, b: RecordedEvent): number {
  return a.position < b.position ? -1 : 1;
}

function isKnown(event: RecordedEvent, asOf: AsOf): boolean {
  return 'position' in asOf ? event.position <= asOf.position : event.recordedAt <= asOf.recordedAt;
}

function foldOf(facts: readonly CaseFact[]): CaseFold {
  return facts.reduce(evolveCaseFold, initialCaseFold);
}

function accessOf(scope: Scope, fold: CaseFold): Access {
  return accessTo(scope, { region: fold.region, open: fold.ended === null, technicians: techniciansOf(fold) });
}

/** The zone of the policy by which the case is judged now. */
function zoneOf(facts: readonly CaseFact[]): string {
  const judged = facts.findLast((fact) => fact.type === 'FaultReported' || fact.type === 'CaseTriaged');
  return judged && 'sla' in judged.data ? judged.data.sla.zone : BUSINESS_ZONE;
}

function entryOf(
  fact: CaseFact,
  said: Pick<TimelineFacts, 'data' | 'before'>,
  zone: string,
  language: Language,
): TimelineEntry {
  const { source, row, file, actor, actorRole } = fact.metadata;
  return {
    position: String(fact.position),
    type: fact.type,
    text: timelineSentence(fact.type, language, {
      ...said,
      at: (iso) => spokenInstant(Date.parse(String(iso)), language, zone),
    }),
    actor,
    actorRole,
    occurredAt: instantText(fact.occurredAt, zone),
    recordedAt: instantText(fact.recordedAt, zone),
    late: source === undefined && fact.recordedAt - fact.occurredAt > LATE_MS,
    ...(row === undefined ? {} : { row }),
    ...(file === undefined ? {} : { file }),
  };
}
