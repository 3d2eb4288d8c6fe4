/** What a timeline's sentence needs beside the event itself. */
import type { CaseFact } from '../fold/case-fact';

type Details = Readonly<Record<string, unknown>>;

/** What a case said right before each correction, by the correction's position; nothing personal is in it. */
export function detailsBeforeCorrections(facts: readonly CaseFact[]): ReadonlyMap<bigint, Details> {
  const before = new Map<bigint, Details>();
  let details: Details = {};
  for (const fact of facts) {
    if (fact.type === 'DetailsCorrected') before.set(fact.position, details);
    details = { ...details, ...changesOf(fact) };
  }
  return before;
}

function changesOf(fact: CaseFact): Details {
  switch (fact.type) {
    case 'FaultReported': {
      const { region, county, product, assetSerial, priority, channel, depotId } = fact.data;
      return { region, county, product, assetSerial, priority, channel, depotId };
    }
    case 'CaseTriaged':
      return { priority: fact.data.priority };
    case 'DetailsCorrected':
      return fact.data.changes;
    default:
      return {};
  }
}
