/** Writes cases into an in-memory log for specs, and reads it as projections do. */
import {
  InMemoryEventStore,
  InMemoryLogSource,
  rootOf,
  streamId,
  type Instant,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import {
  clockPersonalFields,
  partPersonalFields,
  personalFieldsOf,
  type CaseEvent,
  type ClockEvent,
  type FaultReported,
} from '@fieldcase/domain/events';
import { BUILT_IN_POLICY, type PolicyChoice } from '@fieldcase/domain/sla';

type AnyEvent = CaseEvent | ClockEvent;
type DataOf<Type extends AnyEvent['type']> = Extract<AnyEvent, { type: Type }>['data'];

export interface Circumstances {
  /** occurredAt; by default when the fact is recorded. */
  readonly at?: Instant;
  readonly recordedAt?: Instant;
  readonly actor?: string;
  readonly role?: string;
  readonly source?: string;
}

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
/** 2026-11-23 09:00 in Shanghai. */
export const START: Instant = Date.UTC(2026, 10, 23, 1);
export const utc = (at: Instant): string => new Date(at).toISOString();

export const builtIn: PolicyChoice = {
  policy: { id: 'built-in', version: 1 },
  zone: BUILT_IN_POLICY.zone,
  targets: BUILT_IN_POLICY.targets,
  lateFactLimitMs: BUILT_IN_POLICY.lateFactLimitMs,
};

const categoryOf = (type: string): string => {
  if (type in clockPersonalFields) return 'clocks';
  return type in partPersonalFields ? 'parts' : 'case';
};

export class CaseScript {
  private clock = START;
  private made = 0;
  readonly store = new InMemoryEventStore({ now: () => this.clock });

  /** Records one fact of a case; its personal fields go apart, as the application does it. */
  record<Type extends AnyEvent['type']>(
    caseId: string,
    type: Type,
    data: DataOf<Type>,
    how: Circumstances = {},
  ): Promise<void> {
    return this.write(streamId(categoryOf(type), caseId), type, data, how);
  }

  /** One fact of any stream. */
  async write(
    stream: string,
    type: string,
    data: object,
    { at, recordedAt, actor = 'ann', role = 'agent', source }: Circumstances = {},
  ): Promise<void> {
    this.clock = Math.max(this.clock, recordedAt ?? at ?? this.clock);
    this.made += 1;
    const personal = personalFieldsOf(type);
    const entries = Object.entries(data);
    const apart = Object.fromEntries(entries.filter(([field]) => personal.includes(field)));
    await this.store.append({
      writes: [
        {
          streamId: stream,
          expected: 'any',
          events: [
            {
              eventId: `00000000-0000-7000-8000-${String(this.made).padStart(12, '0')}`,
              type,
              data: Object.fromEntries(entries.filter(([field]) => !personal.includes(field))),
              schemaVersion: 1,
              occurredAt: at ?? this.clock,
              metadata: {
                correlationId: 'spec',
                causationId: 'spec',
                actor,
                actorRole: role,
                ...(source === undefined ? {} : { source, row: this.made }),
              },
              ...(Object.keys(apart).length > 0 ? { personal: { subjectId: rootOf(stream), data: apart } } : {}),
            },
          ],
        },
      ],
    });
  }

  async report(caseId: string, data: Partial<FaultReported['data']> = {}, how: Circumstances = {}): Promise<void> {
    await this.record(
      caseId,
      'FaultReported',
      {
        caseId,
        number: `N-${caseId}`,
        siteName: `Site ${caseId}`,
        contact: { name: 'Li', phone: '13800001111' },
        address: '1 Mill Road',
        faultDescription: 'does not start',
        region: 'north',
        caseType: 'fault',
        priority: 'normal',
        sla: builtIn,
        ...data,
      },
      how,
    );
  }

  async dispatch(caseId: string, visitId: string, technicianId: string, how: Circumstances = {}): Promise<void> {
    const homeDepot = `depot-of-${technicianId}`;
    await this.record(caseId, 'TechnicianDispatched', { visitId, technicianId, homeDepot, notice: true }, how);
  }

  /** Everything in the log, without personal data, in the order of positions. */
  async events(): Promise<readonly RecordedEvent[]> {
    const { events } = await new InMemoryLogSource(this.store).read({ after: 0n, limit: 100_000 });
    return events;
  }
}
