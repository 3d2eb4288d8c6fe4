import type { Application, CaseCommandInput } from '@fieldcase/application';
import type { Client } from './closed-loop';
import { faultReport, keyed } from './command-office';

const COMMANDS_PER_CASE = 20;

/** What may be done to an open case at any time and appends one event; a quarter of it has personal data. */
export function anytimeCommand(n: number): CaseCommandInput {
  switch (n % 4) {
    case 0:
      return { type: 'AddNote', kind: 'call', text: 'combine harvester, header drive, depot 17' };
    case 1:
      return { type: 'TakeOwnership', owner: 'ann' };
    case 2:
      return { type: 'HandOverResponsibility', to: 'li', reason: 'end of the shift' };
    default:
      return { type: 'TakeOwnership', owner: 'li' };
  }
}

/** Reports a fault, carries out 19 commands on that case, and reports the next. */
export function caseClient({ cases }: Application): Client {
  let caseId = '';
  // The first case is shorter by chance, lest all clients report at the same moment for ever.
  let left = 0;
  let length = Math.ceil(Math.random() * COMMANDS_PER_CASE);
  return async () => {
    if (left === 0) {
      caseId = (await cases.handle(undefined, faultReport, keyed())).id;
      [left, length] = [length, COMMANDS_PER_CASE];
    } else await cases.handle(caseId, anytimeCommand(left), keyed());
    left -= 1;
  };
}
