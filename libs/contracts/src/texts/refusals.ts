import type { Language } from '../scope';
import { caseRefusals } from './refusals-case';
import { httpRefusals } from './refusals-http';
import { needInChinese } from './refusals-needs';
import { referenceRefusals } from './refusals-reference';
import type { RefusalTexts } from './refusals-types';

/** Every refusal there is, by its stable code. */
export const refusalTexts: RefusalTexts = { ...httpRefusals, ...caseRefusals, ...referenceRefusals };

const unnamed = {
  zh: ['操作被拒绝', '当前状态不允许此操作。'],
  en: ['Refused', 'The present state does not allow this.'],
} as const;

/** @param params what the refusal says about itself; only those that the sentence names are shown */
export function refusalText(
  code: string,
  params: Readonly<Record<string, unknown>>,
  language: Language,
): { readonly title: string; readonly detail: string } {
  const texts = refusalTexts[code] ?? unnamed;
  const [title, detail] = language === 'en' ? texts.en : texts.zh;
  return { title, detail: detail.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '–')) };
}

/** What a decider says of a field or of a need, in the caller's language where we have the sentence. */
export function needText(need: string, language: Language): string {
  return (language === 'zh-CN' ? needInChinese(need) : undefined) ?? need;
}
