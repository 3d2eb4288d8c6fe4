/** With fewer it may be part of a number or of a serial. */
const LEAST_DIGITS = 7;
const LIKE_A_PHONE = /^[+\d ()./-]+$/;

/** Full-width signs as plain ones, every sort of dash as a hyphen. */
export const plainSigns = (text: string): string => text.normalize('NFKC').replaceAll(/\p{Pd}/gu, '-');

/**
 * A telephone number as it is dialled within China, whatever signs it was typed with and whether or not the country was
 * said; null where the text is no telephone number.
 */
export function dialled(text: string): string | null {
  const plain = plainSigns(text).trim();
  const digits = plain.replaceAll(/\D/g, '');
  if (!LIKE_A_PHONE.test(plain) || digits.length < LEAST_DIGITS) return null;
  const [, abroad] = /^(?:\+|00)86(\d+)$/.exec(plain.replaceAll(/[^+\d]/g, '')) ?? [];
  if (abroad === undefined) return digits;
  // A landline's area code has a zero within the country alone.
  return /^[01]/.test(abroad) ? abroad : `0${abroad}`;
}
