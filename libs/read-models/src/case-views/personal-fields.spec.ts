import { casePersonalFields } from '@fieldcase/domain/events';
import type { CaseFact } from '../fold/case-fact';
import { visibleFacts } from './personal-fields';

const fact = (type: string, data: object, actor: string): CaseFact =>
  ({ type, data, metadata: { actor } }) as unknown as CaseFact;
const shown = (
  type: string,
  fields: readonly string[],
  access: 'full' | 'contactless' | 'masked',
  actor = 'ann',
): string[] => {
  const data = Object.fromEntries([...fields, 'visitId'].map((field) => [field, 'x']));
  return Object.keys(visibleFacts([fact(type, data, actor)], access, 'tom')[0]!.data).sort();
};

describe('what a caller may see of a fact', () => {
  it.each(Object.entries(casePersonalFields))('is all or nothing personal of %s', (type, fields) => {
    expect(shown(type, fields, 'full')).toEqual([...fields, 'visitId'].sort());
    expect(shown(type, fields, 'masked')).toEqual(['visitId']);
  });

  it.each([
    [
      'FaultReported',
      ['siteName', 'contact', 'address', 'geo', 'firstContact', 'specialDemands'],
      ['faultDescription'],
    ],
    ['DetailsCorrected', ['personalChanges'], []],
    ['DuplicateAbsorbed', ['contact'], []],
    ['TravelStarted', ['geo'], []],
    ['TechnicianArrived', ['geo'], []],
    ['CustomerSigned', ['signerName', 'image'], []],
    ['DiagnosisRecorded', [], ['cause', 'correction']],
    ['NoteAdded', ['text'], ['kind']],
    ['CustomerInformed', ['result'], ['channel']],
    ['CasePaused', ['note'], ['reason']],
    ['TechnicianDispatched', ['note'], []],
    ['VisitCompleted', [], ['reason']],
  ])('is of %s nothing that leads to the customer, where he has no more to do there', (type, hidden, kept) => {
    expect(shown(type, [...hidden, ...kept], 'contactless')).toEqual([...kept, 'visitId'].sort());
  });

  it.each([
    ['NoteAdded', [], ['text']],
    ['CustomerInformed', [], ['result']],
    ['CasePaused', [], ['note']],
    ['TechnicianArrived', ['geo'], []],
    ['CustomerSigned', ['signerName', 'image'], []],
  ])('is of %s what he wrote himself, but nothing that leads to the customer', (type, hidden, kept) => {
    expect(shown(type, [...hidden, ...kept], 'contactless', 'tom')).toEqual([...kept, 'visitId'].sort());
    expect(shown(type, [...hidden, ...kept], 'masked', 'tom')).not.toContain(kept[0]);
  });
});
