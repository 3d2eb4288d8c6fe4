import { randomUUID } from 'node:crypto';
import { VersionMismatch, type Application } from '@fieldcase/application';
import { anytimeCommand } from './case-client';
import type { Client } from './closed-loop';
import { keyed } from './command-office';

export interface Outcomes {
  accepted: number;
  replayed: number;
  /** 412: another was first, as a caller who sends If-Match wants to be told. */
  mismatched: number;
  /** What nobody expects, by its name. */
  readonly failed: Map<string, number>;
}

type Kind = 'plain' | 'again' | 'if-match';

/** Works on one case beside many others. */
export function contentionClient({ cases }: Application, caseId: string, outcomes: Outcomes): Client {
  let n = 0;
  let key = '';
  let version = 0;
  return async () => {
    const kind: Kind = n % 10 === 5 && key !== '' ? 'again' : n % 10 === 8 ? 'if-match' : 'plain';
    if (kind !== 'again') key = randomUUID();
    // The same command again: a key is of one request.
    const command = anytimeCommand(kind === 'again' ? n - 1 : n);
    n += 1;
    try {
      if ((await cases.factsOf(caseId)) === null) throw new Error('a case was lost');
      const options = { ...keyed(key), ...(kind === 'if-match' ? { ifMatch: version } : {}) };
      const answer = await cases.handle(caseId, command, options);
      version = answer.version;
      if (answer.replayed !== (kind === 'again')) throw new Error(answer.replayed ? 'not asked before' : 'done twice');
      outcomes[answer.replayed ? 'replayed' : 'accepted'] += 1;
    } catch (error) {
      if (kind === 'if-match' && error instanceof VersionMismatch) outcomes.mismatched += 1;
      else count(outcomes.failed, error);
      key = '';
    }
  };
}

function count(failed: Map<string, number>, error: unknown): void {
  const { name, message } = error as Error;
  const what = `${name}: ${message}`;
  failed.set(what, (failed.get(what) ?? 0) + 1);
}
