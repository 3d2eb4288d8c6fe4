import { parseInstant } from '@fieldcase/contracts';

/** A checked text as epoch ms. */
export function instant(text: string): number {
  const at = parseInstant(text);
  if (at === undefined) throw new Error('an instant passed the DTO that is none');
  return at;
}

export const timeWindow = (given: { readonly from: string; readonly to: string }): { from: number; to: number } => ({
  from: instant(given.from),
  to: instant(given.to),
});

/** Only where the caller said when it happened. */
export const when = (occurredAt: string | undefined): { occurredAt?: string } =>
  occurredAt === undefined ? {} : { occurredAt };
