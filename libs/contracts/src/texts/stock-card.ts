/** What a line of a stock card is called. */
import type { Language } from '../scope';
import { wordFor } from './words';

type Data = Readonly<Record<string, unknown>>;
interface Names {
  readonly en: (data: Data) => string;
  readonly zh: (data: Data) => string;
}
const plainly = (en: string, zh: string): Names => ({ en: () => en, zh: () => zh });
const word = (code: unknown, language: Language): string => wordFor(code, language);

const names: Readonly<Record<string, Names>> = {
  StockReceived: plainly('Received', '入库'),
  StockReserved: plainly('Promised', '预留'),
  ReservationReleased: {
    en: ({ cause }) => `Promise given back (${word(cause, 'en')})`,
    zh: ({ cause }) => `取消预留（${word(cause, 'zh-CN')}）`,
  },
  StockIssued: {
    en: ({ reference }) => (kindOf(reference) === 'transfer' ? 'Sent to another depot' : 'Shipped'),
    zh: ({ reference }) => (kindOf(reference) === 'transfer' ? '调拨出库' : '发货出库'),
  },
  StockUsed: plainly('Used on a visit', '上门用料'),
  StockUseReversed: plainly('Use taken back', '用料冲回'),
  StockReturned: {
    en: ({ condition }) => `Returned (${word(condition, 'en')})`,
    zh: ({ condition }) => `退回入库（${word(condition, 'zh-CN')}）`,
  },
  StockCounted: {
    en: ({ counted, expected }) => `Counted ${String(counted)}, the card showed ${String(expected)}`,
    zh: ({ counted, expected }) => `盘点 ${String(counted)} 件，账面 ${String(expected)} 件`,
  },
  StockAdjusted: plainly('Adjusted', '库存调整'),
  StockDiscrepancyFound: {
    en: ({ used, shown }) => `Discrepancy: ${String(used)} used, ${String(shown)} shown; a count is due`,
    zh: ({ used, shown }) => `账实不符：用 ${String(used)} 件，账面 ${String(shown)} 件，须盘点`,
  },
  TransferArrived: {
    en: ({ short }) => (short === 0 ? 'Transfer received' : `Transfer received, ${String(short)} short`),
    zh: ({ short }) => (short === 0 ? '调拨入库' : `调拨入库，短少 ${String(short)} 件`),
  },
};

const kindOf = (reference: unknown): unknown => (reference as { kind?: unknown } | undefined)?.kind;

/** The type itself where it has no name. */
export function stockCardSentence(type: string, data: Data, language: Language): string {
  const name = Object.hasOwn(names, type) ? names[type] : undefined;
  return name ? name[language === 'en' ? 'en' : 'zh'](data) : type;
}
