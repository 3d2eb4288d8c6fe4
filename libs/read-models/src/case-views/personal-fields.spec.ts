import { casePersonalFields } from '@fieldcase/domain/events';
import type { CaseFact } from '../fold/case-fact';
import { visibleFacts } from './personal-fields';

const fact = (type: string, data: object): CaseFact => ({ type, data }) as unknown as CaseFact;
const shown = (type: string, fields: readonly string[], access: 'full' | 'contactless' | 'masked'): string[] => {
  const data = Object.fromEntries([...fields, 'visitId'].map((field) => [field, 'x']));
  return Object.keys(visibleFacts([fact(type, data)], access)[0]!.data).sort();
};

describe('what a caller may see of a fact', () => {
  it.each(Object.entries(casePersonalFields))('is all or nothing personal of %s', (type, fields) => {
    expect(shown(type, fields, 'full')).toEqual([...fields, 'visitId'].sort());
    expect(shown(type, fields, 'masked')).toEqual(['visitId']);
  });

  it.each([
    [
      'FaultReported',
      ['siteName', 'contact', 'address', 'geo', 'firstContact'],
      ['faultDescription', 'specialDemands'],
    ],
    ['DetailsCorrected', ['personalChanges'], []],
    ['DuplicateAbsorbed', ['contact'], []],
    ['TravelStarted', ['geo'], []],
    ['TechnicianArrived', ['geo'], []],
    ['CustomerSigned', ['signerName', 'image'], []],
    ['DiagnosisRecorded', [], ['cause', 'correction']],
  ])('is of %s nothing that leads to the customer, where he has no more to do there', (type, hidden, kept) => {
    expect(shown(type, [...hidden, ...kept], 'contactless')).toEqual([...kept, 'visitId'].sort());
  });
});
