import type { RefusalTexts } from './refusals-types';

/** What a case, a visit or a technician's week says no to. */
export const caseRefusals = {
  'case.unknown': {
    zh: ['没有这个工单', '工单不存在，或不在您的权限内。'],
    en: ['No such case', 'The case does not exist, or is not yours to see.'],
  },
  'case.already-reported': {
    zh: ['工单已存在', '该工单已经登记。'],
    en: ['Already reported', 'This case was reported before.'],
  },
  'case.already-closed': {
    zh: ['工单已关闭', '工单已关闭；需要时请先重新打开。'],
    en: ['Already closed', 'The case is closed: reopen it first where something is left to do.'],
  },
  'case.not-closed': {
    zh: ['工单未关闭', '只有已关闭的工单才能重新打开。'],
    en: ['Not closed', 'Only a closed case can be reopened.'],
  },
  'case.cancelled': {
    zh: ['工单已取消', '工单已取消，不再接受操作。'],
    en: ['Cancelled', 'The case was cancelled and takes no further command.'],
  },
  'case.merged': {
    zh: ['工单已合并', '工单已并入[工单 {intoNumber}，id] {into}，请在该工单上操作。'],
    en: ['Merged', 'The case was merged into[ case {intoNumber}, id] {into}: work on that one.'],
  },
  'case.visit-open': {
    zh: ['还有未结束的上门', '技师 {technicianId} 在本工单的上门尚未结束，请先完成、拒绝或撤回。'],
    en: ['A visit is open', 'The visit of technician {technicianId} is open: complete, decline or withdraw it first.'],
  },
  'case.enquiry-without-visit': {
    zh: ['咨询不派工', '咨询类工单没有上门，请先改判类型。'],
    en: ['Enquiry without visits', 'An enquiry has no visits: triage it to another type first.'],
  },
  'case.customer-not-informed': {
    zh: ['尚未告知客户', '上次上门未修复，请先告知客户原因，再约定时间。'],
    en: ['Customer not informed', 'The last visit did not fix it: tell the customer why before a new time is agreed.'],
  },
  'case.already-paused': {
    zh: ['已在等待中', '同一原因的等待尚未结束。'],
    en: ['Already paused', 'A pause for this reason is still open.'],
  },
  'case.not-paused': {
    zh: ['没有等待中的事项', '没有可以结束的等待。'],
    en: ['Not paused', 'There is no such pause to end.'],
  },
  'case.closing-needs-unmet': {
    zh: ['还不能关闭', '关闭条件未满足，见 errors。'],
    en: ['Cannot close yet', 'Some needs of the closing are not met, see errors.'],
  },
  'case.closing-needs-supervisor': {
    zh: ['须由主管关闭', '以此结果关闭须由主管操作。'],
    en: ['Needs a supervisor', 'Only a supervisor closes a case with this resolution.'],
  },
  'case.reopen-window-over': {
    zh: ['已超过重新打开期限', '[工单 {number} 的]期限为 {until}；请用 followUpOf={followUpOf} 新建工单。'],
    en: [
      'Too late to reopen',
      'It[, case {number},] could be reopened until {until}: report a new case with followUpOf={followUpOf}.',
    ],
  },
  'case.nothing-changed': {
    zh: ['没有变化', '所给内容与现有内容相同。'],
    en: ['Nothing changed', 'What was sent is what the case says already.'],
  },
  'case.no-completed-visit': {
    zh: ['没有已完成的上门', '需要先有一次已完成的上门。'],
    en: ['No completed visit', 'A visit must be completed first.'],
  },
  'case.materials-changed': {
    zh: ['材料已变化', '材料清单已变化，请重新读取工单后再签字。'],
    en: ['Materials changed', 'The list of materials has changed: read the case again before signing.'],
  },
  'case.merge-into-itself': {
    zh: ['不能并入自身', '请选择另一个工单。'],
    en: ['Merge into itself', 'Name another case.'],
  },
  'case.merge-target-unknown': {
    zh: ['目标工单不存在', '要并入的工单不存在。'],
    en: ['No such survivor', 'The case to merge into does not exist.'],
  },
  'case.merge-into-older': {
    zh: ['只能并入更早的工单', '目标工单的报修时间更晚，请反向合并。'],
    en: ['Merge into the older case', 'The other case was reported later: merge it into this one instead.'],
  },
  'case.merge-into-final': {
    zh: ['目标工单已终结', '目标工单已合并或取消。'],
    en: ['Survivor is final', 'The other case was itself merged or cancelled.'],
  },
  'case.not-your-visit': {
    zh: ['不是您的上门', '最近一次上门由其他技师负责。'],
    en: ['Not your visit', 'The latest visit is another technician’s.'],
  },
  'case.follow-up-unknown': {
    zh: ['前一工单不存在', 'followUpOf 所指的工单不存在。'],
    en: ['No such earlier case', 'followUpOf names a case that does not exist.'],
  },
  'technician.unknown': {
    zh: ['没有这个技师', '请先登记该技师。'],
    en: ['No such technician', 'Register the technician first.'],
  },
  'technician.inactive': {
    zh: ['技师已停用', '该技师不再接受派工。'],
    en: ['Technician inactive', 'This technician takes no more visits.'],
  },
  'technician.double-booked': {
    zh: ['时间冲突', '该技师在这段时间已有约定[（{from}至{to}，工单 {number}，上门 {visitId}）]。'],
    en: [
      'Double booked',
      'The technician has agreed another time that overlaps[ ({from} to {to}, case {number}, visit {visitId})].',
    ],
  },
  'occurred-at.out-of-order': {
    zh: ['时间先后不符', 'occurredAt 不能早于 {notBefore}（{predecessor}）。'],
    en: ['Out of order', 'occurredAt lies before {notBefore} ({predecessor}).'],
  },
  'occurred-at.out-of-bounds': {
    zh: ['发生时间超出范围', 'occurredAt 应在 {earliest} 与 {latest} 之间。'],
    en: ['Out of bounds', 'occurredAt must lie between {earliest} and {latest}.'],
  },
  'window.empty': { zh: ['时段为空', '结束时间应晚于开始时间。'], en: ['Empty window', 'to must lie after from.'] },
  'field.required': {
    zh: ['缺少字段', '在此情况下必须填写 {field}。'],
    en: ['Field required', '{field} is needed in this case.'],
  },
  'customer-time.past': {
    zh: ['客户时间已过', '客户要求的时间[（至 {to}）]已经过去。'],
    en: ['Time has passed', 'The customer’s time[, until {to},] lies in the past.'],
  },
  'customer-time.none-standing': {
    zh: ['没有客户时间', '当前没有有效的客户要求时间。'],
    en: ['No customer time', 'No time of the customer stands.'],
  },
  'pause.until-past': {
    zh: ['等待期限已过', 'until 应晚于等待开始的时间。'],
    en: ['Until has passed', 'until must lie after the start of the pause.'],
  },
  'visit.unknown': {
    zh: ['没有这次上门', '该工单没有这次上门。'],
    en: ['No such visit', 'The case has no such visit.'],
  },
  'visit.not-yours': {
    zh: ['不是您的上门', '这次上门由其他技师负责。'],
    en: ['Not your visit', 'This visit is another technician’s.'],
  },
  'visit.not-open': {
    zh: ['上门已结束', '这次上门已结束，不能再操作。'],
    en: ['Visit not open', 'This visit is over.'],
  },
  'visit.already-accepted': {
    zh: ['已接单', '这次上门已经接受。'],
    en: ['Already accepted', 'This visit was accepted before.'],
  },
  'visit.already-travelling': {
    zh: ['已出发', '技师已经出发。'],
    en: ['Already travelling', 'The technician has set off before.'],
  },
  'visit.already-arrived': {
    zh: ['已到达', '技师已经到达现场。'],
    en: ['Already arrived', 'The technician has arrived.'],
  },
  'visit.not-arrived': {
    zh: ['尚未到达', '请先记录到达现场。'],
    en: ['Not arrived', 'Record the arrival first.'],
  },
  'visit.not-completed': {
    zh: ['上门未完成', '上门完成后才能更正材料。'],
    en: ['Not completed', 'Materials are amended after the visit was completed.'],
  },
  'visit.materials-final': {
    zh: ['材料已定', '该上门的材料已随上次关闭确定。'],
    en: ['Materials are final', 'They were closed with the case.'],
  },
  'appointment.reason-required': {
    zh: ['改期须说明原因', '更改已约定的时间须填写 reason。'],
    en: ['Reason required', 'Moving an appointment needs a reason.'],
  },
  'appointment.past': {
    zh: ['约定时间已过', '约定的时间[（至 {to}）]已经过去。'],
    en: ['Time has passed', 'The agreed time[, until {to},] lies in the past.'],
  },
  'appointment.too-long': { zh: ['时段过长', '约定的时段过长。'], en: ['Too long', 'The agreed window is too long.'] },
  'appointment.override-not-allowed': {
    zh: ['无权放行', '只有调度员可以放行。'],
    en: ['Override not allowed', 'Only a dispatcher may override.'],
  },
  'exemption.unknown': {
    zh: ['没有这个豁免申请', '该工单没有这个豁免申请。'],
    en: ['No such exemption', 'The case has no such request.'],
  },
  'exemption.unknown-target': {
    zh: ['没有这个对象', 'target 应为本工单的 clockId 或 signature。'],
    en: ['No such target', 'target must be a clockId of this case, or signature.'],
  },
  'exemption.already-pending': {
    zh: ['已有待审申请', '同一对象已有待审的豁免申请。'],
    en: ['Already pending', 'A request for this target waits for a decision.'],
  },
  'exemption.already-approved': {
    zh: ['已经豁免', '该对象已获豁免。'],
    en: ['Already approved', 'This target is exempted already.'],
  },
  'exemption.already-decided': {
    zh: ['已有决定', '该申请已有决定。'],
    en: ['Already decided', 'The request was decided before.'],
  },
  'exemption.clock-ended': {
    zh: ['时钟已结束', '该时钟已达成、替换、取消或作废，无需豁免。'],
    en: ['Clock has ended', 'It was met, replaced, cancelled or voided: there is nothing to exempt.'],
  },
  'exemption.too-late': {
    zh: ['已超过申请期限', '关闭 30 天后不能再申请豁免[（期限为 {until}）]。'],
    en: ['Too late', 'An exemption is asked for within 30 days of the closing[, here until {until}].'],
  },
  'exemption.own-request': {
    zh: ['不能审批自己的申请', '须由另一位主管决定。'],
    en: ['Own request', 'Another supervisor must decide.'],
  },
  'voiding.unknown': {
    zh: ['没有待审的作废', '该时钟没有待审的作废。'],
    en: ['No such voiding', 'No voiding of this clock waits for a decision.'],
  },
  'voiding.own-fact': {
    zh: ['不能审批自己的补录', '补录人不能决定，须由另一位主管决定。'],
    en: ['Own fact', 'Whoever recorded the late fact cannot decide: another supervisor must.'],
  },
} as const satisfies RefusalTexts;
