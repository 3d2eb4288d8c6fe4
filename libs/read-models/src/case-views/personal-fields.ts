/** What a caller may not see is taken out of the facts before anything is made of them: one place for every view. */
import { casePersonalFields, clockPersonalFields } from '@fieldcase/domain/events';
import type { Access } from '../access';
import type { CaseFact } from '../fold/case-fact';

const allPersonal: Readonly<Record<string, readonly string[]>> = { ...casePersonalFields, ...clockPersonalFields };

/** What leads to the customer; the words of the repair stay with the technician who did it. */
const contactFields: Readonly<Record<string, readonly string[]>> = {
  FaultReported: ['siteName', 'contact', 'address', 'geo', 'firstContact'],
  DetailsCorrected: ['personalChanges'],
  DuplicateAbsorbed: ['contact'],
  TravelStarted: ['geo'],
  TechnicianArrived: ['geo'],
  CustomerSigned: ['signerName', 'image'],
};

export function visibleFacts(facts: readonly CaseFact[], access: Access): readonly CaseFact[] {
  if (access === 'full') return facts;
  const hidden = access === 'contactless' ? contactFields : allPersonal;
  return facts.map((fact) => withoutFields(fact, hidden[fact.type] ?? []));
}

function withoutFields(fact: CaseFact, fields: readonly string[]): CaseFact {
  if (fields.length === 0) return fact;
  const data = Object.fromEntries(Object.entries(fact.data).filter(([field]) => !fields.includes(field)));
  return { ...fact, data } as CaseFact;
}
