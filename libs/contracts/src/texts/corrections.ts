import type { Language } from '../scope';
import { wordFor } from './words';

/** What the fields of a report are called. */
const fieldNames: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  region: { en: 'region', zh: '地区' },
  county: { en: 'county', zh: '县' },
  product: { en: 'product', zh: '机型' },
  assetSerial: { en: 'serial number', zh: '机号' },
  priority: { en: 'priority', zh: '优先级' },
  channel: { en: 'channel', zh: '来电渠道' },
  followUpOf: { en: 'earlier case', zh: '前一工单' },
  depotId: { en: 'depot', zh: '服务网点' },
  siteName: { en: 'site', zh: '报修地点' },
  contact: { en: 'contact', zh: '联系人' },
  address: { en: 'address', zh: '地址' },
  geo: { en: 'coordinates', zh: '坐标' },
  faultDescription: { en: 'fault description', zh: '故障描述' },
  firstContact: { en: 'first contact', zh: '首次联系人' },
  specialDemands: { en: 'special demands', zh: '特殊要求' },
};
/** An id tells a reader nothing. */
const UNSPOKEN = new Set(['followUpOf']);

type Values = Readonly<Record<string, unknown>>;

/**
 * Which fields a correction changed, in words: old and new value of those that are not personal.
 * @param before what the case said before; fields that are not in it are shown with their new value only
 */
export function correctionText(data: Values, before: Values | undefined, language: Language): string {
  const [plain, personal] = [data['changes'], data['personalChanges']].map((changes) => (changes ?? {}) as Values);
  const changed = Object.entries(plain ?? {}).map(([field, value]) => {
    const name = nameOf(field, language);
    if (UNSPOKEN.has(field)) return name;
    const old = before && field in before ? `${valueOf(before[field], language)} ` : '';
    return `${name} ${old}→ ${valueOf(value, language)}`;
  });
  const named = Object.keys(personal ?? {}).map((field) => nameOf(field, language));
  const all = [...changed, ...named].join(language === 'en' ? ', ' : '，');
  if (all === '') return '';
  return language === 'en' ? ` (${all})` : `（${all}）`;
}

function nameOf(field: string, language: Language): string {
  const name = Object.hasOwn(fieldNames, field) ? fieldNames[field] : undefined;
  return name ? name[language === 'en' ? 'en' : 'zh'] : field;
}

function valueOf(value: unknown, language: Language): string {
  if (value === undefined || value === null || value === '') return language === 'en' ? 'none' : '无';
  return wordFor(value, language);
}
