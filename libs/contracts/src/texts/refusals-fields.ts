import type { Expectation, ExpectationKey } from '../http/expectation';
import type { Language } from '../scope';
import { withSpokenInstants } from './spoken-instant';

type Sentence = (...params: readonly (string | number)[]) => string;

const bounds = (text: string, language: Language): string =>
  withSpokenInstants(text, language, (index) => (index === 0 ? 'up' : 'down'));

/** The last one that a bigint column holds. */
const LAST_POSITION = '9223372036854775807';
/** Months and years vary in length. */
const DURATION_ZH = 'ISO 8601 时长，以周、日、时、分、秒计，例如 PT24H 或 P3D，大于零，最长一年';
const DURATION_EN =
  'an ISO 8601 duration in weeks, days, hours, minutes or seconds, e.g. PT24H or P3D, above zero and at most a year';

const zh: Record<ExpectationKey, Sentence> = {
  text: (max) => `应为非空文本，最多 ${max} 个字符，不含控制字符`,
  textList: (items, max) => `应为文本列表，最多 ${items} 项，每项 1 至 ${max} 个字符，不重复`,
  identifier: (max) => `应为标识：1 至 ${max} 个字符，不含空格和控制字符，也不是 . 或 ..`,
  phone: () => '应为电话号码：5 至 20 位数字，可带开头的 + 以及空格、括号和短横',
  oneOf: (...values) => `应为以下之一：${values.join('、')}`,
  whole: (min, max) => `应为 ${min} 至 ${max} 的整数`,
  number: (min, max) => `应为 ${min} 至 ${max} 的数`,
  boolean: () => '应为 true 或 false',
  instant: () => '应为带时区偏移的 RFC 3339 时间，例如 2026-11-23T09:00:00+08:00，且日期真实存在',
  day: () => '应为真实存在的日期 YYYY-MM-DD',
  monthDay: () => '应为真实存在的月日 MM-DD',
  duration: () => `应为 ${DURATION_ZH}`,
  object: () => '应为对象',
  list: (max) => `应为列表，最多 ${max} 项，每项为对象`,
  after: (field) => `应为带时区偏移的 RFC 3339 时间，且晚于 ${field}`,
  unknownField: () => '没有这个字段，请去掉',
  unknownParameter: () => '没有这个查询参数，请去掉',
  image: (max) => `应为 base64 编码的图片，最大 ${max} 字节`,
  digest: () => '应为随工单给出的材料摘要（64 位十六进制）',
  cursor: () => '应为上一页的 next 值',
  position: () => `应为日志位置：0 至 ${LAST_POSITION} 的整数`,
  asOf: () => '应为日志位置（最多 18 位数字），或带时区偏移的 RFC 3339 时间',
  notFuture: () => '应为已经过去的时间，或日志已到达的位置',
  notBefore: (field) => `不能早于 ${field}`,
  someField: () => '至少应有一个要更正的字段',
  withReason: () => '在此情况下必须填写，且为非空文本',
  groups: (...values) => `应为以逗号分隔的分组，取自：${values.join('、')}`,
  statuses: (...values) => `应为一个或多个状态，以逗号分隔，取自：${values.join('、')}`,
  percentages: () => '应为 1 至 99 的升序整数列表',
  jsonObject: () => '请求体应为 JSON 对象（UTF-8）',
  noNull: () => '不能为 null；没有值时请去掉该字段',
  wellFormed: () => '文本中不能有 U+0000 或不成对的代理字符',
  noPrototype: () => '不允许这个键名',
  depth: (max) => `嵌套不能超过 ${max} 层`,
  keys: (max) => `键的总数不能超过 ${max}`,
  items: (max) => `列表不能超过 ${max} 项`,
  finite: () => '数值超出可精确表示的范围',
  idempotencyKey: () => '应为 1 至 255 个可见 ASCII 字符；重试时使用同一个值',
  ifMatch: () => '应为带引号的版本号，例如 "3"',
  lastEventId: () => '应为之前收到的事件 id（日志位置）',
  between: (from, to) => bounds(`应在 ${from} 与 ${to} 之间`, 'zh-CN'),
  within: () => `应为 ${DURATION_ZH}（customerPromise 不填）`,
};

const en: Record<ExpectationKey, Sentence> = {
  text: (max) => `expected a non-empty text of at most ${max} characters without control characters`,
  textList: (items, max) => `expected a list of at most ${items} different texts of 1 to ${max} characters each`,
  identifier: (max) =>
    `expected an identifier: 1 to ${max} characters without spaces or control characters, not . or ..`,
  phone: () => 'expected a telephone number: 5 to 20 digits, with an optional leading +, spaces, brackets and hyphens',
  oneOf: (...values) => `expected one of: ${values.join(', ')}`,
  whole: (min, max) => `expected a whole number from ${min} to ${max}`,
  number: (min, max) => `expected a number from ${min} to ${max}`,
  boolean: () => 'expected true or false',
  instant: () => 'expected an RFC 3339 instant with offset, e.g. 2026-11-23T09:00:00+08:00, on a date that exists',
  day: () => 'expected a date that exists, YYYY-MM-DD',
  monthDay: () => 'expected a month and day that exist, MM-DD',
  duration: () => `expected ${DURATION_EN}`,
  object: () => 'expected an object',
  list: (max) => `expected a list of at most ${max} objects`,
  after: (field) => `expected an RFC 3339 instant with offset, later than ${field}`,
  unknownField: () => 'there is no such field: leave it out',
  unknownParameter: () => 'there is no such query parameter: leave it out',
  image: (max) => `expected a base64 image of at most ${max} bytes`,
  digest: () => 'expected the materials digest served with the case (64 hexadecimal digits)',
  cursor: () => 'expected the value of next from the page before',
  position: () => `expected a log position: a whole number from 0 to ${LAST_POSITION}`,
  asOf: () => 'expected a log position of at most 18 digits or an RFC 3339 instant with offset',
  notFuture: () => 'expected an instant that has passed, or a position that the log has reached',
  notBefore: (field) => `expected not to lie before ${field}`,
  someField: () => 'expected at least one field to correct',
  withReason: () => 'expected a non-empty text in this case',
  groups: (...values) => `expected groups separated by commas, out of: ${values.join(', ')}`,
  statuses: (...values) => `expected one or several statuses separated by commas, out of: ${values.join(', ')}`,
  percentages: () => 'expected an ascending list of whole numbers from 1 to 99',
  jsonObject: () => 'expected a JSON object as the body, in UTF-8',
  noNull: () => 'null is not allowed: leave the field out where there is no value',
  wellFormed: () => 'expected a text without U+0000 and without unpaired surrogates',
  noPrototype: () => 'this key is not allowed',
  depth: (max) => `expected at most ${max} levels of nesting`,
  keys: (max) => `expected at most ${max} keys in all`,
  items: (max) => `expected at most ${max} items`,
  finite: () => 'expected a number that can be represented exactly',
  idempotencyKey: () => 'expected 1 to 255 visible ASCII characters; use the same value again when you retry',
  ifMatch: () => 'expected a quoted version, e.g. "3"',
  lastEventId: () => 'expected the id of an event received before (a log position)',
  between: (from, to) => bounds(`expected to be between ${from} and ${to}`, 'en'),
  within: () => `expected ${DURATION_EN} (none for customerPromise)`,
};

export const expectationTexts: Record<Language, Record<ExpectationKey, Sentence>> = { 'zh-CN': zh, en };

/** One sentence: what was expected, and so what to do. */
export function expectationText([key, ...params]: Expectation, language: Language): string {
  return expectationTexts[language][key](...params);
}
