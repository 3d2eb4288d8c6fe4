/** What deciders say of one field or one need, in Chinese; the English sentence is theirs. */
const exact: Readonly<Record<string, string>> = {
  'no visit is open: complete, decline or withdraw it': '没有未结束的上门：请完成、拒绝或撤回',
  'the customer was told the result after the last completed visit': '最后一次上门完成后已告知客户结果',
  'the customer signed the materials as they stand, or a signature exemption is approved':
    '客户已签认现有材料，或签字豁免已获批准',
  'the last visit was completed as fixed since the report or the latest reopening':
    '自报修或最近一次重新打开以来，最后一次上门已修复',
  'a visit was completed since the report or the latest reopening': '自报修或最近一次重新打开以来，已完成一次上门',
  'a supervisor closes with this resolution': '以此结果关闭须由主管操作',
  'at least one value that differs': '至少有一个与现有内容不同的值',
  'the id of a case that exists': '存在的工单 id',
  'a case that was reported no later than this one': '报修时间不晚于本工单的工单',
  'no part request is open: receive, use, return or cancel what was asked for':
    '没有未完成的备件申请：请收货、使用、退回或取消',
  'the number of a registered part': '已登记的配件编号',
  'quantity 1 on a line with a serial': '带序列号的行数量为 1',
  'name the part that they belong to': '指明序列号所属的那一部分',
  'serial numbers that were shipped': '已发出的序列号',
  'serial numbers on this shelf': '本库在库的序列号',
  'each serial number once': '每个序列号只填一次',
  'absent: this part has no serial numbers': '不填：该配件不按序列号管理',
  'another depot': '另一个网点',
  'another case': '另一个工单',
  'the id of a reported case': '已登记的工单 id',
  'why the appointment is moved': '改期的原因',
  'a clockId of this case, or signature': '本工单的 clockId，或 signature',
  'an instant after from': '晚于 from 的时间',
  'at most seven days after from': '最多晚于 from 七天',
  'why the fault is not fixed': '未修复的原因',
  'what the case waits for': '等待的事项',
  'the id of a registered depot': '已登记的网点 id',
  'the id of a registered technician': '已登记的技师 id',
  'the technician whose van it is': '服务车所属的技师',
  'absent unless kind is van': '仅当 kind 为 van 时填写',
  'a depot that is not below this one': '不在本网点之下的网点',
  'part numbers of other parts': '其他配件的编号',
  'a whole number from 1': '不小于 1 的整数',
  'a whole number from 0': '不小于 0 的整数',
  'an id that does not begin with built-in': '不以 built-in 开头的编号',
  'an IANA zone, e.g. Asia/Shanghai': 'IANA 时区，例如 Asia/Shanghai',
  'a day as MM-DD, e.g. 03-15': '月日 MM-DD，例如 03-15',
  'each target once': '每个目标只出现一次',
  'whole percentages from 1 to 99, ascending': '1 至 99 的升序整数百分比',
  'a calendar that exists; leave it out for elapsed time': '存在的日历；不填则按自然时间计算',
  'a day (2026-11-23), a month (2026-11) or an RFC 3339 instant':
    '日期（2026-11-23）、月份（2026-11）或带时区偏移的 RFC 3339 时间',
  'the `next` of the page before, unchanged': '上一页的 next，原样使用',
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^not before (\S+) \((\w+)\)$/, '不早于 $1（$2）'],
  [/^after (\S+)$/, '晚于 $1'],
  [/^within (\S+) to (\S+)$/, '在 $1 与 $2 之内'],
  [/^the current (\S+)$/, '当前的 $1'],
  [/^why the case closes as (\S+)$/, '以 $1 关闭的原因'],
  [/^a duration, e\.g\. (\S+)$/, '时长，例如 $1'],
  [/^without (\S+)$/, '不含 $1'],
  [/^between (\S+) and (\S+)$/, '在 $1 与 $2 之间'],
  [/^one of: (.*)$/, '以下之一：$1'],
  [/^a whole number from (\d+) to (\d+)$/, '$1 至 $2 的整数'],
  [/^a whole number from (-\d+) to (\d+), not 0$/, '$1 至 $2 的整数，不为 0'],
  [/^a whole number from (\d+)$/, '不小于 $1 的整数'],
  [/^at most (-?\d+)$/, '最多 $1'],
  [/^at least (-?\d+)$/, '最少 $1'],
  [/^(\d+) serial numbers, one per piece$/, '$1 个序列号，每件一个'],
  [/^(\S+) is not in stock elsewhere$/, '$1 不在别的库中'],
  [/^not before (\S+) \(the last movement\)$/, '不早于 $1（最近一次出入库）'],
  [
    /^van, customer-supplied, or the id of a part request of this case$/,
    'van、customer-supplied 或本工单备件申请的 id',
  ],
  [/^own or (\S+)$/, 'own 或 $1'],
  [/^(\S+) from this request$/, '本申请的配件 $1'],
  [/^(\d+) of (\S+) on this shelf$/, '本库归属 $2 的 $1 个'],
];

/** The Chinese sentence, or undefined where none is known. */
export function needInChinese(need: string): string | undefined {
  const sentence = exact[need];
  if (sentence !== undefined) return sentence;
  const found = patterns.find(([pattern]) => pattern.test(need));
  return found && need.replace(found[0], found[1]);
}
