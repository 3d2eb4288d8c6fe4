/** What the specs of commands share: a store that lets a rival in, the services on it, a depot per county and region. */
import {
  InMemoryEventStore,
  InMemoryLogSource,
  type AppendRequest,
  type AppendResult,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import { createApplication, type Application } from './application.module';
import type { CaseCommandInput } from './handle-case';

export const HOUR = 3_600_000;
export const START = Date.UTC(2026, 5, 10, 1);
export const agent = { actor: 'li', roles: ['agent'] };
export const dispatcher = { actor: 'zhao', roles: ['dispatcher'] };
export const supervisor = { actor: 'sun', roles: ['supervisor'] };
export { TIMERS as timers } from './metadata';

export const report = {
  type: 'ReportFault',
  siteName: '张家庄 3 号地',
  contact: { name: '张三', phone: '13800001234' },
  address: '红旗县张家庄',
  region: 'east',
  county: 'hongqi',
  faultDescription: '割台皮带断了',
} as const satisfies CaseCommandInput;

export const wang = {
  type: 'RegisterTechnician',
  id: 'wang',
  name: '王师傅',
  homeDepot: 'hongqi-d',
  regions: ['east'],
  skills: [],
  languages: [],
  active: true,
} as const;

/** A log in memory in which another process may be first. */
export class RacingStore extends InMemoryEventStore {
  /** Of every append, in the order of their answers. */
  readonly outcomes: AppendResult['outcome'][] = [];
  private rival: (() => Promise<unknown>) | undefined;

  /** Runs once, when the next append has been decided and is on its way. */
  beforeNextAppend(rival: () => Promise<unknown>): void {
    this.rival = rival;
  }

  override async append(request: AppendRequest): Promise<AppendResult> {
    const rival = this.rival;
    this.rival = undefined;
    await rival?.();
    const result = await super.append(request);
    this.outcomes.push(result.outcome);
    return result;
  }

  async stored(streamId: string, personal = false): Promise<readonly RecordedEvent[]> {
    return (await this.readStreams([streamId], { personal })).get(streamId) ?? [];
  }
}

/** Two of these on one store are two processes. */
export function applicationOn(store: InMemoryEventStore, now: () => number): Application {
  const limits = { occurredAtPastMs: 72 * HOUR, occurredAtFutureMs: HOUR, reopenWindowMs: 30 * 24 * HOUR };
  const referenceSource = new InMemoryLogSource(store);
  return createApplication({ store, referenceSource, secret: new Uint8Array([1]), limits, now });
}

export async function registerPlaces({ references }: Application): Promise<void> {
  const depot = { type: 'RegisterDepot', region: 'east' } as const;
  await references.handle({ ...depot, id: 'east-d', name: '东区库', kind: 'region' }, supervisor);
  await references.handle({ ...depot, id: 'hongqi-d', name: '红旗县站', kind: 'county', county: 'hongqi' }, supervisor);
  await references.handle(wang, supervisor);
}
