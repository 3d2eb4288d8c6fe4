import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rejection } from '@fieldcase/eventsourcing';
import { referenceRefusals } from '../reference/reference.decide';
import { adjustmentRefusals } from '../stock/adjustment';
import { stockRefusals } from '../stock/stock.refusals';
import { surveyRefusals } from '../survey/survey';
import { transferRefusals } from '../stock/transfer';
import { caseRefusals, refusal } from './case.refusals';

/** Thrown where references are resolved, and tested there. */
const elsewhere = [
  'case.follow-up-unknown',
  'technician.unknown',
  'technician.inactive',
  'part.unknown',
  'depot.unknown',
  'depot.target-unknown',
  'stock.part-unknown',
  'stock.owner-unknown',
  'survey.unknown',
];

function specsIn(folder: string): string {
  const specs = readdirSync(folder).filter((file) => file.endsWith('.spec.ts') && file !== 'case.refusals.spec.ts');
  return specs.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

describe('refusals', () => {
  it('carry their code, kind, params and errors', () => {
    const rejection = refusal('window.empty', { visitId: 'v1' }, { to: 'an instant after from' });
    expect(rejection).toBeInstanceOf(Rejection);
    expect(rejection).toMatchObject({ code: 'window.empty', kind: 'malformed', params: { visitId: 'v1' } });
    expect(rejection.errors).toEqual({ to: 'an instant after from' });
  });

  it('are stable dotted codes, each in a spec of its own kind of data', () => {
    const specs = ['.', '../technician-week', '../reference', '../stock', '../survey']
      .map((folder) => specsIn(join(__dirname, folder)))
      .join('\n');
    const known = {
      ...caseRefusals,
      ...referenceRefusals,
      ...stockRefusals,
      ...transferRefusals,
      ...adjustmentRefusals,
      ...surveyRefusals,
    };
    const codes = Object.keys(known);
    for (const code of codes) expect(code).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect(codes.filter((code) => !elsewhere.includes(code) && !specs.includes(`'${code}'`))).toEqual([]);
  });
});
