import type { Language } from '../scope';

type Words = Readonly<Record<string, { readonly en: string; readonly zh: string }>>;

/** What coded values are called. */
const words: Words = {
  fault: { en: 'fault', zh: '故障' },
  enquiry: { en: 'enquiry', zh: '咨询' },
  complaint: { en: 'complaint', zh: '投诉' },
  maintenance: { en: 'maintenance', zh: '维保' },
  upgrade: { en: 'upgrade', zh: '升级' },
  normal: { en: 'normal', zh: '普通' },
  urgent: { en: 'urgent', zh: '紧急' },
  season: { en: 'season', zh: '农忙' },
  'waiting-customer': { en: 'waiting for the customer', zh: '等待客户' },
  'waiting-part': { en: 'waiting for a part', zh: '等待配件' },
  weather: { en: 'weather', zh: '天气' },
  road: { en: 'road', zh: '道路' },
  other: { en: 'another reason', zh: '其他原因' },
  repaired: { en: 'repaired', zh: '已修复' },
  'no-visit-needed': { en: 'no visit needed', zh: '无需上门' },
  'solved-by-phone': { en: 'solved by telephone', zh: '电话解决' },
  replaced: { en: 'machine replaced', zh: '已换机' },
  'not-repaired': { en: 'not repaired', zh: '未修复' },
  call: { en: 'Call', zh: '通话记录' },
  callback: { en: 'Callback', zh: '回访记录' },
  note: { en: 'Note', zh: '备注' },
  signature: { en: 'the signature', zh: '客户签字' },
  customer: { en: 'the customer', zh: '客户' },
  us: { en: 'us', zh: '我方' },
  elapsed: { en: 'time ran out', zh: '时限已到' },
  'policy-change': { en: 'the policy changed', zh: '规则变更' },
  'late-fact': { en: 'a fact recorded late', zh: '补录的事实' },
  approval: { en: "a supervisor's approval", zh: '主管批准' },
  onSiteResponse: { en: 'on-site response', zh: '到场时限' },
  appointment: { en: 'appointment', zh: '预约时限' },
  visitAfterNotice: { en: 'visit after notice', zh: '派工后上门时限' },
  customerPromise: { en: 'promise to the customer', zh: '客户约定时间' },
  partsWait: { en: 'waiting for parts', zh: '配件等待时限' },
  link: { en: 'by the link', zh: '链接' },
  telephone: { en: 'by telephone', zh: '电话' },
  lost: { en: 'lost', zh: '丢失' },
  damaged: { en: 'damaged', zh: '损坏' },
  short: { en: 'too few', zh: '少发' },
  good: { en: 'good', zh: '完好' },
  defective: { en: 'defective', zh: '故障件' },
  own: { en: 'own', zh: '自有' },
  cancelled: { en: 'the request was cancelled', zh: '申请已取消' },
  declined: { en: 'the request was declined', zh: '已拒绝供货' },
  count: { en: 'a count', zh: '盘点' },
  adjustment: { en: 'an adjustment', zh: '库存调整' },
  use: { en: 'a use', zh: '上门用料' },
  restore: { en: 'restoration', zh: '修复时限' },
};

/** The word for a coded value; the code itself where there is none. */
export function wordFor(code: unknown, language: Language): string {
  const text = String(code ?? '');
  const word = Object.hasOwn(words, text) ? words[text] : undefined;
  return word ? word[language === 'en' ? 'en' : 'zh'] : text;
}
