/** The timeline's sentences about part requests. */
import type { Language } from '../scope';
import type { Template } from './timeline-types';
import { wordFor } from './words';

const asText = (value: unknown): string => String(value ?? '');
const has = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
const tailEn = (value: unknown): string => (has(value) ? `: ${asText(value)}` : '');
const tailZh = (value: unknown): string => (has(value) ? `：${asText(value)}` : '');
const list = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
const sum = (lines: unknown): number =>
  list(lines).reduce((total, { quantity }) => total + (typeof quantity === 'number' ? quantity : 0), 0);
/** `1.2` of `<caseId>.1.2`: what people call it. */
const short = (id: unknown): string => asText(id).split('.').slice(1).join('.');
const piecesEn = (count: number): string => (count === 1 ? '1 piece' : `${count} pieces`);
const quantityOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const word = (language: Language) => (code: unknown) => wordFor(code, language);
const [en, zh] = [word('en'), word('zh-CN')];

/** Parts of a booking by part number: `2 × BELT-2480`. */
const usedOf = (used: unknown): string =>
  list(used)
    .map(({ partNumber, lines }) => `${sum(lines)} × ${asText(partNumber)}`)
    .join(', ');
const bookedEn = (data: Readonly<Record<string, unknown>>): string => {
  const parts = [usedOf(data['used']), has(usedOf(data['used'])) ? 'from the van' : ''].filter(Boolean).join(' ');
  const consumed = sum(data['consumed']);
  return [parts, consumed > 0 ? `${piecesEn(consumed)} from part requests` : ''].filter(Boolean).join(', ');
};
const bookedZh = (data: Readonly<Record<string, unknown>>): string => {
  const parts = has(usedOf(data['used'])) ? `服务车 ${usedOf(data['used'])}` : '';
  const consumed = sum(data['consumed']);
  return [parts, consumed > 0 ? `备件申请 ${consumed} 件` : ''].filter(Boolean).join('，');
};

/** What customers are asked and say. */
export const surveyTimelineTexts: Readonly<Record<string, Template>> = {
  SurveySent: {
    en: ({ data, at }) => `Survey sent, may be answered until ${at(data['expiresAt'])}`,
    zh: ({ data, at }) => `已发送满意度调查，${at(data['expiresAt'])}前有效`,
  },
  RatingSubmitted: {
    en: ({ data }) =>
      `The customer rated ${asText(data['kind'])} ${asText(data['score'])} (${en(data['via'])})${tailEn(data['comment'])}`,
    zh: ({ data }) =>
      `客户评价 ${asText(data['kind'])} ${asText(data['score'])} 分（${zh(data['via'])}）${tailZh(data['comment'])}`,
  },
};

export const partTimelineTexts: Readonly<Record<string, Template>> = {
  PartRequested: {
    en: ({ data, at }) =>
      `Part ${short(data['partRequestId'])} asked for: ${asText(data['quantity'])} × ${asText(data['partNumber'])}, promised by ${at(data['promisedAt'])}`,
    zh: ({ data, at }) =>
      `备件申请 ${short(data['partRequestId'])}：${asText(data['partNumber'])} ${asText(data['quantity'])} 件，承诺${at(data['promisedAt'])}前到货`,
  },
  PartAllocated: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: ${piecesEn(sum(data['lines']))} promised by ${asText(data['depotId'])}`,
    zh: ({ data }) =>
      `备件申请 ${short(data['partRequestId'])}：由 ${asText(data['depotId'])} 供货 ${sum(data['lines'])} 件`,
  },
  PartBackordered: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: nobody has ${piecesEn(quantityOf(data['quantity']))}${has(data['depotId']) ? `, waiting at ${asText(data['depotId'])}` : ''}`,
    zh: ({ data }) =>
      `备件申请 ${short(data['partRequestId'])}：${asText(data['quantity'])} 件缺货等待${has(data['depotId']) ? `（${asText(data['depotId'])}）` : ''}`,
  },
  PartRequestSplit: {
    en: ({ data }) => `Part request ${short(data['partRequestId'])} split in ${list(data['children']).length}`,
    zh: ({ data }) => `备件申请 ${short(data['partRequestId'])} 拆分为 ${list(data['children']).length} 份`,
  },
  PartRequestAcknowledged: {
    en: ({ data }) => `Part request ${short(data['partRequestId'])} acknowledged by ${asText(data['depotId'])}`,
    zh: ({ data }) => `备件申请 ${short(data['partRequestId'])}：${asText(data['depotId'])} 已确认`,
  },
  PartRequestDeclined: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])} declined by ${asText(data['depotId'])}${tailEn(data['reason'])}`,
    zh: ({ data }) =>
      `备件申请 ${short(data['partRequestId'])}：${asText(data['depotId'])} 无法供货${tailZh(data['reason'])}`,
  },
  PartPromiseBroken: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: ${asText(data['depotId'])} has less than it promised, another source is looked for`,
    zh: ({ data }) => `备件申请 ${short(data['partRequestId'])}：${asText(data['depotId'])} 实存不足，另寻货源`,
  },
  PartShipped: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: ${piecesEn(sum(data['lines']))} shipped by ${asText(data['depotId'])}${tailEn([data['carrier'], data['trackingNumber']].filter(has).join(' '))}`,
    zh: ({ data }) =>
      `备件申请 ${short(data['partRequestId'])}：${asText(data['depotId'])} 已发货 ${sum(data['lines'])} 件${tailZh([data['carrier'], data['trackingNumber']].filter(has).join(' '))}`,
  },
  PartReceived: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: ${piecesEn(quantityOf(data['quantity']))} received`,
    zh: ({ data }) => `备件申请 ${short(data['partRequestId'])}：已收到 ${asText(data['quantity'])} 件`,
  },
  PartShortageReported: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: ${piecesEn(quantityOf(data['quantity']))} did not arrive (${en(data['reason'])})${has(data['child']) ? ', asked for again' : ''}`,
    zh: ({ data }) =>
      `备件申请 ${short(data['partRequestId'])}：短缺 ${asText(data['quantity'])} 件（${zh(data['reason'])}）${has(data['child']) ? '，已重新申请' : ''}`,
  },
  PartConsumed: {
    en: ({ data }) => `Part request ${short(data['partRequestId'])}: ${piecesEn(quantityOf(data['quantity']))} used`,
    zh: ({ data }) => `备件申请 ${short(data['partRequestId'])}：已使用 ${asText(data['quantity'])} 件`,
  },
  PartReturned: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: ${piecesEn(quantityOf(data['quantity']))} sent back (${en(data['condition'])})`,
    zh: ({ data }) =>
      `备件申请 ${short(data['partRequestId'])}：退回 ${asText(data['quantity'])} 件（${zh(data['condition'])}）`,
  },
  PartReturnReceived: {
    en: ({ data }) =>
      `Part request ${short(data['partRequestId'])}: ${asText(data['depotId'])} has ${piecesEn(sum(data['lines']))} back (${en(data['condition'])})`,
    zh: ({ data }) =>
      `备件申请 ${short(data['partRequestId'])}：${asText(data['depotId'])} 收到退回 ${sum(data['lines'])} 件（${zh(data['condition'])}）`,
  },
  PartRequestCancelled: {
    en: ({ data }) => `Part request ${short(data['partRequestId'])} cancelled${tailEn(data['reason'])}`,
    zh: ({ data }) => `备件申请 ${short(data['partRequestId'])} 已取消${tailZh(data['reason'])}`,
  },
  MaterialsBooked: {
    en: ({ data }) => `Materials booked: ${bookedEn(data)}`,
    zh: ({ data }) => `用料已出账：${bookedZh(data)}`,
  },
  MaterialsBookingReversed: {
    en: ({ data }) => `Materials given back: ${bookedEn(data)}`,
    zh: ({ data }) => `用料冲回：${bookedZh(data)}`,
  },
};
