import type { Operation } from './complete-operation';

/** Refusals that several operations share are written once. Order of the operations decides the names. */
export function shareRefusals(operations: readonly Operation[]): Record<string, unknown> {
  const counts = new Map<string, number>();
  for (const [, text] of operations.flatMap(refusalsOf)) counts.set(text, (counts.get(text) ?? 0) + 1);
  const names = new Map<string, string>();
  const shared: Record<string, unknown> = {};
  for (const operation of operations) {
    for (const [status, text] of refusalsOf(operation)) {
      if ((counts.get(text) ?? 0) < 2 || !operation.responses) continue;
      const name = names.get(text) ?? nameOf(status, shared);
      names.set(text, name);
      shared[name] = JSON.parse(text);
      operation.responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  return shared;
}

function refusalsOf({ responses = {} }: Operation): [status: string, text: string][] {
  return Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .map(([status, response]) => [status, JSON.stringify(response)]);
}

function nameOf(status: string, taken: Readonly<Record<string, unknown>>): string {
  const same = Object.keys(taken).filter((name) => name.startsWith(`Refused${status}`)).length;
  return `Refused${status}${same === 0 ? '' : String.fromCharCode(97 + same)}`;
}
