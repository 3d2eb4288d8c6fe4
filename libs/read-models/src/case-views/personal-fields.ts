/** What a caller may not see is taken out of the facts before anything is made of them: one place for every view. */
import { casePersonalFields, clockPersonalFields, surveyPersonalFields } from '@fieldcase/domain/events';
import type { Access } from '../access';
import type { CaseFact } from '../fold/case-fact';

const allPersonal: Readonly<Record<string, readonly string[]>> = {
  ...casePersonalFields,
  ...clockPersonalFields,
  ...surveyPersonalFields,
};

/** What leads to the customer, whoever wrote it. */
const contactFields: Readonly<Record<string, readonly string[]>> = {
  FaultReported: ['siteName', 'contact', 'address', 'geo', 'firstContact'],
  DetailsCorrected: ['personalChanges'],
  DuplicateAbsorbed: ['contact'],
  TravelStarted: ['geo'],
  TechnicianArrived: ['geo'],
  CustomerSigned: ['signerName', 'image'],
};

/** The words of the repair: they stay with the technician who did it. */
const repairFields: Readonly<Record<string, readonly string[]>> = {
  FaultReported: ['faultDescription'],
  CaseTriaged: ['handlingOpinion'],
  DiagnosisRecorded: ['cause', 'correction'],
  VisitCompleted: ['reason'],
  MaterialsAmended: ['reason'],
};

/** @param sub the caller: what he wrote himself stays his where he is `contactless` */
export function visibleFacts(facts: readonly CaseFact[], access: Access, sub: string): readonly CaseFact[] {
  if (access === 'full') return facts;
  const hidden = access === 'contactless' ? (fact: CaseFact) => contactless(fact, sub) : personalOf;
  return facts.map((fact) => withoutFields(fact, hidden(fact)));
}

const personalOf = ({ type }: CaseFact): readonly string[] => allPersonal[type] ?? [];

/** People tell names and telephone numbers in free text as well: nobody else's is left but the words of the repair. */
function contactless(fact: CaseFact, sub: string): readonly string[] {
  const contact = contactFields[fact.type] ?? [];
  if (fact.metadata.actor === sub) return contact;
  return personalOf(fact).filter((field) => !repairFields[fact.type]?.includes(field));
}

function withoutFields(fact: CaseFact, fields: readonly string[]): CaseFact {
  if (fields.length === 0) return fact;
  const data = Object.fromEntries(Object.entries(fact.data).filter(([field]) => !fields.includes(field)));
  return { ...fact, data } as CaseFact;
}
