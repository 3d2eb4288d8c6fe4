import type { RefusalTexts } from './refusals-types';

/** What reference data and queries say no to. */
export const referenceRefusals = {
  'reference.unknown': {
    zh: ['没有这条基础数据', '基础数据不存在，或不在您的权限内。'],
    en: ['No such reference data', 'It does not exist, or is not yours.'],
  },
  'asset.unknown': {
    zh: ['没有这台机器', '没有您可以查看的该机器工单。'],
    en: ['No such machine', 'There is no case of this machine that you may see.'],
  },
  'sla-policy.id-reserved': {
    zh: ['编号已保留', '编号不能以 built-in 开头：内置规则专用。'],
    en: ['Id reserved', 'An id that begins with built-in belongs to the built-in policies: choose another.'],
  },
  'sla-policy.target-unknown': {
    zh: ['没有这个目标', '没有名为 {target} 的时限目标。'],
    en: ['No such target', 'There is no target named {target}.'],
  },
  'sla-policy.target-twice': {
    zh: ['目标重复', '每个目标只能出现一次：{target}。'],
    en: ['Target repeated', 'Each target appears once: {target}.'],
  },
  'sla-policy.zone-unknown': {
    zh: ['没有这个时区', '没有名为 {zone} 的时区。'],
    en: ['No such zone', 'There is no time zone named {zone}.'],
  },
  'sla-policy.season-unknown': {
    zh: ['季节日期无效', '季节的起止应为真实存在的月日。'],
    en: ['Season refused', 'A season begins and ends on days that exist.'],
  },
  'sla-policy.within-missing': {
    zh: ['缺少时限', '目标 {target} 须注明时限。'],
    en: ['Duration missing', 'Target {target} needs the time within which it is met.'],
  },
  'sla-policy.warn-at-not-ascending': {
    zh: ['提醒点无效', '提醒点应为升序的百分比。'],
    en: ['Warnings refused', 'Warnings are percentages in ascending order.'],
  },
  'sla-policy.never-pauses': {
    zh: ['不能因此暂停', '目标 {target} 从不因 {reason} 暂停：等自己的配件是自己的时间。'],
    en: ['Never pauses', 'Target {target} never pauses for {reason}: waiting for our own part is our time.'],
  },
  'sla-policy.late-fact-limit-negative': {
    zh: ['补录期限无效', 'lateFactLimit 应为不小于零的时长。'],
    en: ['Late fact limit refused', 'lateFactLimit is a duration, not below zero.'],
  },
  'sla-policy.calendar-unknown': {
    zh: ['没有这个日历', '没有名为 {calendar} 的日历；不填则按自然时间计算。'],
    en: ['No such calendar', 'There is no calendar named {calendar}: leave it out for elapsed time.'],
  },
  'technician.home-depot-unknown': {
    zh: ['没有这个网点', '技师所属的网点不存在。'],
    en: ['No such depot', 'The technician’s home depot is not registered.'],
  },
  'depot.parent-unknown': {
    zh: ['没有这个上级网点', '上级网点不存在。'],
    en: ['No such parent', 'The depot above is not registered.'],
  },
  'depot.parent-cycle': {
    zh: ['上级关系成环', '网点不能成为自己的上级。'],
    en: ['Parents in a circle', 'A depot cannot lie below itself.'],
  },
  'depot.van-needs-technician': {
    zh: ['缺少技师', '服务车须注明技师。'],
    en: ['Technician needed', 'A van belongs to a technician.'],
  },
  'depot.technician-only-for-van': {
    zh: ['只有服务车归技师', '非服务车网点不填技师。'],
    en: ['Technician not expected', 'Only a van belongs to a technician.'],
  },
  'depot.technician-unknown': {
    zh: ['没有这个技师', '请先登记该技师。'],
    en: ['No such technician', 'Register the technician first.'],
  },
  'part.substitutes-itself': {
    zh: ['不能替代自身', '替代件不能是配件自身。'],
    en: ['Substitutes itself', 'A part cannot take its own place.'],
  },
  'part.pack-size': {
    zh: ['包装数量无效', 'packSize 应为正整数。'],
    en: ['Pack size', 'packSize is a whole number from 1.'],
  },
  'machine-population.count': {
    zh: ['数量无效', 'count 应为非负整数。'],
    en: ['Count', 'count is a whole number from 0.'],
  },
  'query.cursor-invalid': {
    zh: ['翻页标记无效', '请原样使用上一页的 next。'],
    en: ['Cursor refused', 'Use next of the page before, unchanged.'],
  },
  'query.limit-invalid': { zh: ['条数无效', 'limit 应为 1 至 200。'], en: ['Limit refused', 'limit is 1 to 200.'] },
  'query.date-invalid': {
    zh: ['日期无效', '应为真实存在的日期 YYYY-MM-DD。'],
    en: ['Date refused', 'Expected a date that exists, YYYY-MM-DD.'],
  },
  'query.span-invalid': {
    zh: ['时间范围无效', '应为月份、日期或带时区偏移的时间，且 to 不早于 from。'],
    en: ['Span refused', 'Expected months, days or instants with offset, to not before from.'],
  },
} as const satisfies RefusalTexts;
