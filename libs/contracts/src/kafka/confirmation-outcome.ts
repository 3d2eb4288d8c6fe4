import type { Expectation } from '../http/expectation';

/** Whose confirmation it is: known from where it was written, never from what it says. */
export interface ConfirmingDepot {
  readonly depotId: string;
  /** Its user in Kafka. */
  readonly user: string;
}

/** What a confirmation has brought about. */
export type ConfirmationOutcome =
  | { readonly outcome: 'accepted'; readonly position?: string }
  | {
      readonly outcome: 'refused';
      readonly code: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly errors?: Readonly<Record<string, Expectation | string>>;
    }
  /** Its name was another confirmation's. */
  | { readonly outcome: 'id-reused' };
