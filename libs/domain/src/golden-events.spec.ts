/**
 * Every event version ever written must still be read: one file each, folded by today's code, and one
 * `<type>.v<version>.<what>.json` for a shape that the first does not show.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainEvent, Fact } from '@fieldcase/eventsourcing';
import { caseDecider } from './case/case';
import { casePersonalFields, type CaseEvent } from './case/case.events';
import { backorderPersonalFields } from './backorders/backorders.events';
import { backordersDecider } from './backorders/backorders';
import { caseNumbersDecider } from './case-numbers/case-numbers';
import type { CaseNumbersReserved } from './case-numbers/case-numbers.events';
import { depotFeedDecider } from './depot-feed/depot-feed';
import { depotFeedPersonalFields } from './depot-feed/depot-feed.events';
import { eventSchemaVersions } from './event-schema-versions';
import { foldReference, initialReference } from './reference/reference';
import { referenceEventTypes, type ReferenceEvent } from './reference/reference.events';
import { clockPersonalFields, type ClockEvent } from './sla/clock.events';
import { adjustmentDecider } from './stock/adjustment';
import { adjustmentPersonalFields } from './stock/adjustment.events';
import { serialDecider } from './stock/serial';
import { serialPersonalFields } from './stock/serial.events';
import { stockDecider } from './stock/stock';
import { stockPersonalFields } from './stock/stock.events';
import { transferDecider } from './stock/transfer';
import { transferPersonalFields } from './stock/transfer.events';
import { surveyDecider } from './survey/survey';
import { surveyPersonalFields } from './survey/survey.events';
import { technicianWeekDecider } from './technician-week/technician-week';
import type { TechnicianWeekEvent } from './technician-week/technician-week.events';

interface Golden extends DomainEvent {
  readonly schemaVersion: number;
}

const folder = join(__dirname, '../golden');
const files = readdirSync(folder);
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden;
const golden = (type: string) => read(`${type}.v${eventSchemaVersions[type as keyof typeof eventSchemaVersions]}.json`);

const personalFields: Readonly<Record<string, readonly string[]>> = { ...casePersonalFields, ...clockPersonalFields };
const metadata = { actor: 'ann', actorRole: 'agent', correlationId: 'spec', causationId: 'spec' };
let position = 0;
function factOf<E extends DomainEvent>(type: string, withPersonal = true, { data } = golden(type)): Fact<E> {
  position += 1;
  const personal = withPersonal ? [] : (personalFields[type] ?? []);
  const kept = Object.fromEntries(Object.entries(data).filter(([field]) => !personal.includes(field)));
  const at = Date.UTC(2026, 10, 23) + position * 1_000;
  const fact = { type, data: kept, occurredAt: at, recordedAt: at, position: BigInt(position), metadata };
  return fact as unknown as Fact<E>;
}

const caseTypes = Object.keys(personalFields);
const foldCase = (types: readonly string[], withPersonal = true) => {
  position = 0;
  return types.reduce(
    (state, type) => caseDecider.evolve(state, factOf<CaseEvent | ClockEvent>(type, withPersonal)),
    caseDecider.initialState,
  );
};

/** Every string inside a value; numbers are too common to tell apart. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe('golden events', () => {
  it('are there for every type at its current version, and for no unknown one', () => {
    for (const type of Object.keys(eventSchemaVersions)) {
      expect(golden(type)).toMatchObject({ type, schemaVersion: 1 });
    }
    for (const file of files) {
      const { type, schemaVersion } = read(file);
      expect(file.replace(/\.[a-z-]+\.json$/, '.json')).toBe(`${type}.v${schemaVersion}.json`);
      expect(eventSchemaVersions).toHaveProperty(type);
    }
  });

  it('carry every personal field of their type', () => {
    for (const [type, fields] of Object.entries(personalFields)) {
      for (const field of fields) expect(golden(type).data).toHaveProperty(field);
    }
  });

  it.each(caseTypes)('%s folds into a reported case', (type) => {
    const state = foldCase(type === 'FaultReported' ? [type] : ['FaultReported', type]);
    expect(state.caseId).toBe('0199a1b2-0000-7000-8000-000000000001');
    expect(() => caseDecider.evolve(caseDecider.initialState, factOf(type))).not.toThrow();
  });

  it('of a case leave no personal value in its state, with the personal part merged or not', () => {
    const state = foldCase(caseTypes);
    const written = JSON.stringify(state);
    for (const [type, fields] of Object.entries(personalFields)) {
      const data = golden(type).data as Readonly<Record<string, unknown>>;
      for (const text of fields.flatMap((field) => textsIn(data[field]))) expect(written).not.toContain(text);
    }
    expect(state).toEqual(foldCase(caseTypes, false));
  });

  it('of a correction to a place without a depot take the depot away', () => {
    const before = foldCase(['FaultReported', 'DetailsCorrected']);
    expect(before.attributes.depotId).toBe('depot-gaolan');
    const shape = read('DetailsCorrected.v1.no-depot.json');
    const { attributes } = caseDecider.evolve(before, factOf<CaseEvent>(shape.type, true, shape));
    expect(attributes).toMatchObject({ region: 'tibet', county: 'gaolan' });
    expect(attributes).not.toHaveProperty('depotId');
  });

  it('of stock, serials, transfers, adjustments, waiting lists and feeds fold, and no free text gets into a state', () => {
    const fold = <E extends DomainEvent, S>(
      { initialState, evolve }: { readonly initialState: S; evolve(state: S, event: Fact<E>): S },
      fields: Readonly<Record<string, readonly string[]>>,
    ): S =>
      Object.keys(fields).reduce((state, type) => {
        expect(() => evolve(initialState, factOf<E>(type))).not.toThrow();
        return evolve(state, factOf<E>(type));
      }, initialState);
    const states = [
      fold(stockDecider, stockPersonalFields),
      fold(serialDecider, serialPersonalFields),
      fold(transferDecider, transferPersonalFields),
      fold(backordersDecider, backorderPersonalFields),
      fold(depotFeedDecider, depotFeedPersonalFields),
      fold(surveyDecider, surveyPersonalFields),
    ];
    // What was carried forward before a card knew of finds has none.
    const { state } = golden('StockCarriedForward').data as { state: object };
    expect(states[0]).toEqual({ found: [], ...state, since: 0 });
    expect(fold(adjustmentDecider, adjustmentPersonalFields)).toMatchObject({ phase: 'refused', terms: { by: -40 } });
    const written = JSON.stringify(states);
    for (const [type, fields] of Object.entries({ ...stockPersonalFields, ...transferPersonalFields })) {
      const data = golden(type).data as Readonly<Record<string, unknown>>;
      for (const text of (fields as readonly string[]).flatMap((field) => textsIn(data[field]))) {
        expect(written).not.toContain(text);
      }
    }
  });

  it('of a technician’s week, the case numbers and reference data fold', () => {
    const reserved = factOf<TechnicianWeekEvent>('WindowReserved');
    const week = technicianWeekDecider.evolve(technicianWeekDecider.initialState, reserved);
    expect(week.windows).toHaveLength(1);
    expect(technicianWeekDecider.evolve(week, factOf<TechnicianWeekEvent>('WindowReleased')).windows).toEqual([]);
    const numbers = caseNumbersDecider.evolve({ free: 0 }, factOf<CaseNumbersReserved>('CaseNumbersReserved'));
    expect(numbers.free).toBe(1_000);
    const facts = referenceEventTypes.map((type) => factOf<ReferenceEvent>(type));
    const reference = facts.reduce(foldReference, initialReference);
    expect(reference.technicians['tech-wang']?.name).toBe('王强');
    expect(reference.policies).toHaveLength(1);
  });
});
