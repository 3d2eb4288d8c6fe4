import type { Language } from '@fieldcase/contracts';
import type { RatingKind } from '@fieldcase/domain/events';
import { BUSINESS_ZONE, spokenInstant, type SurveyPage } from '@fieldcase/read-models';
import { markup, type Markup, type Page } from '../http/page';

const STYLE = `body{font:18px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#17212b;
max-width:32rem;margin:0 auto;padding:1.2rem}h1{font-size:1.4rem;margin:.2rem 0 .6rem}p{margin:.4rem 0}
fieldset{border:0;padding:0;margin:1.4rem 0}legend{font-weight:600;padding:0;margin-bottom:.5rem}
.scale{display:flex;flex-wrap:wrap;gap:.4rem}.scale label{flex:1 0 2.6rem;text-align:center;border:1px solid #8795a5;
border-radius:.5rem;padding:.55rem 0;cursor:pointer}.scale label:has(:checked){background:#0b5cad;border-color:#0b5cad;color:#fff}
.scale label:focus-within{outline:3px solid #86b7ec}.scale input{position:absolute;opacity:0}
.ends{display:flex;justify-content:space-between;color:#51606f;font-size:.85rem;margin-top:.3rem}
textarea{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #8795a5;border-radius:.5rem}
button{font:inherit;width:100%;padding:.8rem;border:0;border-radius:.5rem;background:#0b5cad;color:#fff}
.wrong{color:#a3261c;font-weight:600}.small{color:#51606f;font-size:.85rem}a{color:#0b5cad}`;

const words = {
  'zh-CN': {
    title: '服务评价',
    about: '感谢您使用我们的服务。请为这次维修打分。',
    caseNumber: '工单号',
    closedAt: '完成时间',
    csat: '您对这次服务满意吗？',
    csatEnds: ['很不满意', '非常满意'],
    nps: '您会把我们推荐给别人吗？（可不填）',
    npsEnds: ['一定不会', '一定会'],
    comment: '还有什么想说的？（可不填）',
    send: '提交',
    choose: '请先选择一个分数。',
    thanks: '谢谢您的评价！',
    thanksMore: '我们会认真对待每一条意见。',
    answered: '您已经评价过这次服务，谢谢！',
    reopened: '这张工单正在重新处理，完成后再请您评价。',
    expired: '评价时间已过。如有问题，请致电服务热线。',
    unknown: '链接无效，请核对短信中的地址。',
    until: '有效期至',
    other: 'English',
  },
  en: {
    title: 'Rate our service',
    about: 'Thank you for calling on us. Please rate this repair.',
    caseNumber: 'Case',
    closedAt: 'Closed',
    csat: 'How satisfied are you with this service?',
    csatEnds: ['not at all', 'very much'],
    nps: 'Would you recommend us? (optional)',
    npsEnds: ['certainly not', 'certainly'],
    comment: 'Anything else? (optional)',
    send: 'Send',
    choose: 'Please choose a score first.',
    thanks: 'Thank you for your rating!',
    thanksMore: 'We read every one of them.',
    answered: 'You have rated this service already. Thank you!',
    reopened: 'We are working on this case again: please rate it when it is done.',
    expired: 'The time for a rating is over. Please call our service line if something is wrong.',
    unknown: 'This is no link of ours: please check the address in the message.',
    until: 'Open until',
    other: '中文',
  },
} as const;

type Told = 'thanks' | 'answered' | 'reopened' | 'expired' | 'unknown';
const other = (language: Language): Language => (language === 'en' ? 'zh-CN' : 'en');
const pageOf = (language: Language, body: Markup, sendsForm = false): Page => {
  const text = words[language];
  const switcher = markup`<p class="small"><a href="?lang=${other(language)}">${text.other}</a></p>`;
  return {
    language,
    title: text.title,
    style: STYLE,
    body: markup`<main><h1>${text.title}</h1>${body}${switcher}</main>`,
    sendsForm,
  };
};

/** One sentence instead of the form. */
export function surveyNotice(told: Told, language: Language): Page {
  const text = words[language];
  const more = told === 'thanks' ? markup`<p>${text.thanksMore}</p>` : '';
  return pageOf(language, markup`<p>${text[told]}</p>${more}`);
}

function scale(name: RatingKind, scores: readonly number[], language: Language): Markup {
  const text = words[language];
  const [low, high] = name === 'csat' ? text.csatEnds : text.npsEnds;
  const choices = scores.map(
    (score) => markup`<label><input type="radio" name="${name}" value="${score}">${score}</label>`,
  );
  return markup`<fieldset><legend>${text[name]}</legend><div class="scale">${choices}</div>
<div class="ends"><span>${low}</span><span>${high}</span></div></fieldset>`;
}

/** Plain HTML, for any telephone: no script, what was given already is not asked again. */
export function surveyForm(survey: SurveyPage, language: Language, wrong: boolean): Page {
  const text = words[language];
  const at = (instant: number): string => spokenInstant(instant, language, BUSINESS_ZONE);
  const asked = (kind: RatingKind): boolean => !survey.given.includes(kind);
  const upTo = (least: number, most: number): number[] => Array.from({ length: most - least + 1 }, (_, i) => least + i);
  return pageOf(
    language,
    markup`<p>${text.about}</p><p class="small">${text.caseNumber} ${survey.number}${survey.product === null ? '' : ` · ${survey.product}`} · ${text.closedAt} ${at(survey.closedAt)}</p>
${wrong ? markup`<p class="wrong" role="alert">${text.choose}</p>` : ''}<form method="post">
<input type="hidden" name="lang" value="${language}">${asked('csat') ? scale('csat', upTo(1, 5), language) : ''}${asked('nps') ? scale('nps', upTo(0, 10), language) : ''}
<fieldset><legend>${text.comment}</legend><textarea name="comment" rows="3" maxlength="2000"></textarea></fieldset>
<button>${text.send}</button></form><p class="small">${text.until} ${at(survey.expiresAt)}</p>`,
    true,
  );
}
