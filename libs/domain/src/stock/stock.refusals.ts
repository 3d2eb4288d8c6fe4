/** Every way in which a stock card says no. Stable codes; texts and HTTP docs key on them. */
import { Rejection, type RejectionKind } from '@fieldcase/eventsourcing';

export const stockRefusals = {
  /** No such depot, or not the caller's. */
  'depot.unknown': 'absent',
  /** The depot that a transfer is to go to. */
  'depot.target-unknown': 'unacceptable',
  /** No such part: it has no card anywhere. */
  'stock.part-unknown': 'absent',
  /** Not a whole number in the range of the field. */
  'stock.quantity': 'malformed',
  /** Less is on hand and promised to nobody than is asked for. */
  'stock.not-available': 'conflict',
  /** The adjustment would leave less than nothing. */
  'stock.below-zero': 'conflict',
  /** Dated before the card's last movement. */
  'stock.backdated': 'unacceptable',
  'stock.serials-required': 'unacceptable',
  'stock.serials-not-kept': 'unacceptable',
  'stock.serial-given-twice': 'unacceptable',
  /** Not on this shelf. */
  'stock.serial-not-here': 'conflict',
  /** It is on another shelf, on its way or used. */
  'stock.serial-elsewhere': 'conflict',
  /** Neither ours nor the part's maker's. */
  'stock.owner-unknown': 'unacceptable',
  'stock.levels': 'malformed',
  'stock.reservation-unknown': 'conflict',
  'suggestion.unknown': 'absent',
  'suggestion.already-decided': 'conflict',
} as const satisfies Record<string, RejectionKind>;
export type StockRefusal = keyof typeof stockRefusals;

export function stockRefusal(
  code: StockRefusal,
  params: Readonly<Record<string, unknown>> = {},
  errors?: Readonly<Record<string, string>>,
): Rejection {
  return new Rejection(code, stockRefusals[code], params, errors);
}
