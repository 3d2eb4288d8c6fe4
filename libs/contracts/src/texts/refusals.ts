import type { Language } from '../scope';
import { eventName } from './event-names';
import { caseRefusals } from './refusals-case';
import { httpRefusals } from './refusals-http';
import { needInChinese } from './refusals-needs';
import { partRefusals, stockRefusals, surveyRefusals } from './refusals-parts';
import { referenceRefusals } from './refusals-reference';
import type { RefusalTexts } from './refusals-types';
import { withSpokenInstants, type Rounding } from './spoken-instant';

/** Every refusal there is, by its stable code. */
export const refusalTexts: RefusalTexts = {
  ...httpRefusals,
  ...caseRefusals,
  ...partRefusals,
  ...stockRefusals,
  ...surveyRefusals,
  ...referenceRefusals,
};

const unnamed = {
  zh: ['操作被拒绝', '当前状态不允许此操作。'],
  en: ['Refused', 'The present state does not allow this.'],
} as const;

/** From these on it is allowed: rounded down, they would be refused. */
const LOWER_BOUNDS = new Set(['notBefore', 'earliest']);

/** @param params what the refusal says about itself; only those that the sentence names are shown */
export function refusalText(
  code: string,
  params: Readonly<Record<string, unknown>>,
  language: Language,
): { readonly title: string; readonly detail: string } {
  const texts = refusalTexts[code] ?? unnamed;
  const [title, detail] = language === 'en' ? texts.en : texts.zh;
  const spoken = (name: string): string => {
    const text = String(params[name] ?? '–');
    if (name === 'predecessor') return eventName(text, language);
    return withSpokenInstants(text, language, () => (LOWER_BOUNDS.has(name) ? 'up' : 'down'));
  };
  const told = detail.replace(/\[([^\]]*)\]/g, (_, part: string) => (isWhole(part, params) ? part : ''));
  return { title, detail: told.replace(PARAMETER, (_, name: string) => spoken(name)) };
}

const PARAMETER = /\{(\w+)\}/g;

/** A part in brackets is said only where everything in it is known. */
function isWhole(part: string, params: Readonly<Record<string, unknown>>): boolean {
  return [...part.matchAll(PARAMETER)].every(([, name = '']) => params[name] !== undefined && params[name] !== null);
}

/** What a decider says of a field or of a need, in the caller's language where we have the sentence. */
export function needText(need: string, language: Language): string {
  const sentence = (language === 'zh-CN' ? needInChinese(need) : undefined) ?? need;
  const rounding = (index: number): Rounding => (index === 0 && !need.startsWith('after ') ? 'up' : 'down');
  return withSpokenInstants(sentence, language, rounding).replace(
    /([(（])([A-Z]\w+)([)）])$/,
    (_, open: string, type: string, close: string) => `${open}${eventName(type, language)}${close}`,
  );
}
