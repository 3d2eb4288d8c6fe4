import type { CardTerms, ReferenceState } from '@fieldcase/domain';
import { levelsByMachines } from '@fieldcase/domain';
import type { ReferenceData } from './reference-data';

export type CardTermsOf = (depotId: string, partNumber: string) => Promise<CardTerms>;

/** What of the reference data a stock card is decided by, as it is now. A part that nobody registered has no serials. */
export function cardTermsFrom(reference: Pick<ReferenceData, 'current'>): CardTermsOf {
  return async (depotId, partNumber) => termsOf(await reference.current(), depotId, partNumber);
}

function termsOf(reference: ReferenceState, depotId: string, partNumber: string): CardTerms {
  const part = reference.parts[partNumber];
  return {
    serialised: part?.serialised ?? false,
    packSize: part?.packSize ?? 1,
    byMachines: part ? levelsByMachines(part, reference.depots[depotId], reference.populations) : null,
  };
}
