import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { CaseFacts } from '@fieldcase/application';
import { accessTo } from '@fieldcase/read-models';
import type { Scope } from '@fieldcase/contracts';
import {
  casePersonalFields,
  clockPersonalFields,
  depotFeedPersonalFields,
  stockPersonalFields,
} from '@fieldcase/domain/events';
import { DEPOT } from '../cases/roles';
import { depotsOf, speaksFor } from '../depots/depot-access';
import { LIVE_READERS } from '../queries/readers';
import { CASE_ACCESS, type CaseAccess } from '../http/case-access';
import { HttpProblem } from '../http/http-problem';
import { JsonLog } from '../http/json-log';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import type { LiveClient } from './live-client';
import { frameOf, liveEventOf, type LiveEvent } from './live-event';

const BATCH = 500;
const MAX_CLIENTS = 1_000;
const POLL_MS = 1_000;
const RETRY_AFTER_FAILURE_MS = 500;
/** Every event type of a case, of its clocks and parts, of a card and of a depot's feed. */
const TYPES = Object.keys({
  ...casePersonalFields,
  ...clockPersonalFields,
  ...stockPersonalFields,
  ...depotFeedPersonalFields,
});

/** Reads the log once for all live boards of this process, and each late one up to where the others are. */
@Injectable()
export class LiveHub implements BeforeApplicationShutdown {
  private readonly clients = new Set<LiveClient>();
  /** Those who still catch up. */
  private readonly joining = new Set<LiveClient>();
  private position = 0n;
  private stopping = new AbortController();
  private following: Promise<void> | undefined;

  constructor(
    @Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'log' | 'cases' | 'reference'>,
    @Inject(CASE_ACCESS) private readonly access: Pick<CaseAccess, 'factsOf'>,
    @Inject(JsonLog) private readonly log: JsonLog,
  ) {}

  /** @throws HttpProblem 503 when this process has as many streams as it may */
  reserve(): void {
    if (this.stopping.signal.aborted)
      throw new HttpProblem(503, 'service.stopping', { headers: { 'Retry-After': '2' } });
    if (this.clients.size + this.joining.size >= MAX_CLIENTS) {
      throw new HttpProblem(503, 'service.busy', { headers: { 'Retry-After': '10' } });
    }
  }

  head(): Promise<bigint> {
    return this.sources.log.head();
  }

  /** Sends what came after the client's position, then keeps him up to date. */
  async join(client: LiveClient): Promise<void> {
    this.joining.add(client);
    try {
      if (!this.following) await this.meetHead();
      // No await between the comparison and the joining: nothing can come in between.
      while (client.open && client.position < this.position) await this.catchUp(client);
      if (client.open) this.clients.add(client);
    } finally {
      this.joining.delete(client);
    }
    if (!this.stopping.signal.aborted && this.clients.size > 0) this.following ??= this.follow();
    if (this.stopping.signal.aborted) client.stop();
  }

  /** While nobody follows, the log goes on: a client who resumes catches up at his own pace, not at the followers'. */
  private async meetHead(): Promise<void> {
    const head = await this.head();
    if (!this.following && head > this.position) this.position = head;
  }

  leave(client: LiveClient): void {
    this.clients.delete(client);
  }

  heartbeat(): void {
    for (const client of this.clients) client.write(': still here\n\n');
  }

  /** Fastify waits for open responses: streams end first. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    for (const client of [...this.clients, ...this.joining]) client.stop();
    await this.following;
  }

  private async catchUp(client: LiveClient): Promise<void> {
    const batch = await this.sources.log.read({ after: client.position, limit: BATCH, types: TYPES });
    await this.send([client], batch.events.map(liveEventOf), batch.upTo);
    await client.drained();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && this.clients.size > 0) {
      try {
        const batch = await this.sources.log.read({ after: this.position, limit: BATCH, types: TYPES });
        const grown = batch.upTo > this.position;
        // First the position: whoever joins while rights are looked up catches up with this batch himself.
        this.position = batch.upTo;
        await this.send([...this.clients], batch.events.map(liveEventOf), batch.upTo);
        if (!grown) await this.sources.log.waitForMore(this.position, POLL_MS, signal);
      } catch (error) {
        this.log.failure('live boards wait for the log', error);
        this.endWhoIsBehind();
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_FAILURE_MS));
      }
    }
    this.following = undefined;
    if (!signal.aborted && this.clients.size > 0) this.following = this.follow();
  }

  /** What a failure has kept from them they get when they resume by their last id: from here nobody would send it. */
  private endWhoIsBehind(): void {
    for (const client of [...this.clients]) if (client.position < this.position) client.end();
  }

  private async send(
    clients: readonly LiveClient[],
    events: readonly (LiveEvent | undefined)[],
    upTo: bigint,
  ): Promise<void> {
    const facts: Known = { cases: new Map(), technicians: new Map() };
    for (const event of events) {
      if (!event) continue;
      for (const client of clients) {
        if (client.position >= event.position) continue;
        if (await this.maySee(client.scope, event, facts)) client.write(frameOf(event));
        client.position = event.position;
      }
    }
    for (const client of clients) if (client.position < upTo) client.position = upTo;
  }

  private async maySee(scope: Scope, event: LiveEvent, known: Known): Promise<boolean> {
    const { caseId, depotId } = event;
    if (depotId !== undefined) return this.maySeeDepot(scope, event, depotId);
    if (caseId === undefined) return false;
    if (seesEverything(scope)) return true;
    let facts = known.cases.get(caseId);
    if (facts === undefined) known.cases.set(caseId, (facts = await this.access.factsOf(caseId)));
    if (!facts) return false;
    const { region, open, technicianIds } = facts;
    const sees = (technicians: readonly string[]): boolean => accessTo(scope, { region, open, technicians }) !== 'none';
    if (sees(technicianIds)) return true;
    // The event that takes a technician's visit takes the case out of his sight too. He still learns of that one, or
    // his screen would keep the visit for ever; of nothing after it.
    return event.endedVisit !== undefined && sees([scope.sub]) && sees([await this.technicianBefore(event, known)]);
  }

  /** A card for whoever may read the depot; a depot's own requests for the depot: others learn of them by the case. */
  private async maySeeDepot(scope: Scope, { kind }: LiveEvent, depotId: string): Promise<boolean> {
    const roles = kind === 'stock' ? LIVE_READERS : DEPOT;
    return speaksFor(depotsOf(scope, roles, await this.sources.reference.current()), depotId);
  }

  private async technicianBefore({ position, caseId = '', endedVisit }: LiveEvent, known: Known): Promise<string> {
    const found = known.technicians.get(position);
    if (found !== undefined) return found;
    const before = await this.sources.cases.page(SEES_VISITS, caseId, { asOf: { position: position - 1n } });
    const technician = before?.visits.find(({ visitId }) => visitId === endedVisit)?.technicianId ?? '';
    known.technicians.set(position, technician);
    return technician;
  }
}

/** What was looked up for one batch: cases by id, whose visit an event took by its position. */
interface Known {
  readonly cases: Map<string, CaseFacts | null>;
  readonly technicians: Map<bigint, string>;
}

/** This process's own look at the visits of any case: nothing of a person's. */
const SEES_VISITS: Scope = { sub: 'live', roles: ['analyst'], regions: '*', depots: [] };

/** Spares the look at the case: the rule itself is `accessTo`, asked of a case in no region and with no visit. */
function seesEverything(scope: Scope): boolean {
  return scope.regions === '*' && accessTo(scope, { region: '', open: true, technicians: [] }) !== 'none';
}
