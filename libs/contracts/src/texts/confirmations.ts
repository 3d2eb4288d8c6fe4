import type { Bilingual } from '../kafka/confirmations';
import { refusalText, refusalTexts } from './refusals';
import type { RefusalTexts } from './refusals-types';

/** Answers to a depot that are not refusals of a command. */
export const confirmationTexts: RefusalTexts = {
  'confirmation.accepted': {
    zh: ['已接受', '确认已生效。'],
    en: ['Accepted', 'The confirmation has taken effect.'],
  },
  'confirmation.unreadable': {
    zh: ['无法读取', '记录不是 UTF-8 编码的 JSON 对象；没有执行任何操作。'],
    en: ['Unreadable', 'The record is no JSON object in UTF-8; nothing was done.'],
  },
  'confirmation.too-large': {
    zh: ['记录过大', '记录最大 {most} 字节；没有执行任何操作。'],
    en: ['Too large', 'A record has at most {most} bytes; nothing was done.'],
  },
  'confirmation.type-unknown': {
    zh: ['未知类型', '没有这种类型或版本的确认；没有执行任何操作。'],
    en: ['Unknown type', 'There is no confirmation of this type and version; nothing was done.'],
  },
  'confirmation.malformed': {
    zh: ['确认无效', '请按 errors 中的说明修改，并以新的 id 重新发送；没有执行任何操作。'],
    en: ['Malformed', 'Mend what errors names and send it with a new id; nothing was done.'],
  },
  'confirmation.id-reused': {
    zh: ['id 已被使用', '同一 source 和 id 已用于另一内容；没有执行任何操作，请使用新的 id。'],
    en: ['Id used before', 'This source and id named another confirmation; nothing was done. Use a new id.'],
  },
  'confirmation.too-late': {
    zh: ['读取过晚', '记录写入后太久才被读取，已无法判断是否执行过；没有执行任何操作，请核对后以新的 id 发送。'],
    en: [
      'Read too late',
      'It was read so long after it was written that nobody can tell whether it was carried out before; nothing was done now. Look, and send it with a new id.',
    ],
  },
  'confirmation.failed': {
    zh: ['处理失败', '处理时发生意外错误，记录已留存待人工查看。'],
    en: ['Failed', 'Something unforeseen went wrong with it; it is kept for people to look at.'],
  },
  'confirmation.dropped': {
    zh: ['已丢弃', '留存的无效记录过多，{count} 条记录已计数并丢弃；没有执行任何操作。'],
    en: [
      'Dropped',
      'Too many unreadable records are kept already: {count} were counted and dropped; nothing was done.',
    ],
  },
};

/** Of an answer to a depot, and of every refusal that a command can meet. */
export function confirmationText(code: string, params: Readonly<Record<string, unknown>>): Bilingual {
  const own = confirmationTexts[code];
  if (!own) {
    return { zh: refusalText(code, params, 'zh-CN').detail, en: refusalText(code, params, 'en').detail };
  }
  const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '–'));
  return { zh: filled(own.zh[1]), en: filled(own.en[1]) };
}

/** Whether programs may rely on it. */
export const isConfirmationCode = (code: string): boolean => code in confirmationTexts || code in refusalTexts;
