import type { Language } from '../scope';

/** The supported language that the caller likes best; zh-CN where he says nothing that we speak. */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: Language = 'zh-CN';
  let bestQuality = 0;
  for (const range of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const language = languageOfTag(tag.trim());
    const quality = qualityOf(parameters);
    if (language && quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}

function languageOfTag(tag: string): Language | undefined {
  if (tag === 'en' || tag.startsWith('en-')) return 'en';
  if (tag === 'zh' || tag.startsWith('zh-') || tag === '*') return 'zh-CN';
  return undefined;
}

function qualityOf(parameters: readonly string[]): number {
  const q = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  const value = q === undefined ? 1 : Number(q.slice(2));
  return value >= 0 && value <= 1 ? value : 0;
}
