import type { Language } from '../scope';

/** What an event is called in a sentence about something else: "not before 09:00 (the dispatch)". */
const eventNames: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  FaultReported: { en: 'the report', zh: '报修' },
  CaseTriaged: { en: 'the triage', zh: '分诊' },
  DetailsCorrected: { en: 'the correction', zh: '更正资料' },
  NoteAdded: { en: 'the note', zh: '备注' },
  OwnershipTaken: { en: 'the taking of ownership', zh: '确定负责人' },
  ResponsibilityHandedOver: { en: 'the handover of responsibility', zh: '责任移交' },
  CustomerTimeRequested: { en: 'the naming of the customer’s time', zh: '客户约定时间' },
  CustomerTimeWithdrawn: { en: 'the withdrawal of the customer’s time', zh: '撤回客户约定时间' },
  CaseMerged: { en: 'the merge', zh: '并单' },
  DuplicateAbsorbed: { en: 'the merge of a duplicate', zh: '并入重复单' },
  TechnicianDispatched: { en: 'the dispatch', zh: '派工' },
  DispatchAccepted: { en: 'the acceptance', zh: '接单' },
  DispatchDeclined: { en: 'the declination', zh: '拒单' },
  DispatchWithdrawn: { en: 'the withdrawal of the dispatch', zh: '撤回派工' },
  AppointmentAgreed: { en: 'the agreement on the appointment', zh: '约定上门时间' },
  AppointmentMoved: { en: 'the move of the appointment', zh: '改约' },
  TravelStarted: { en: 'the departure', zh: '出发' },
  TechnicianArrived: { en: 'the arrival', zh: '到场' },
  VisitHandedOver: { en: 'the handover of the visit', zh: '上门移交' },
  DiagnosisRecorded: { en: 'the diagnosis', zh: '诊断' },
  VisitCompleted: { en: 'the completion of the visit', zh: '上门完成' },
  MaterialsAmended: { en: 'the correction of the materials', zh: '更正用料' },
  CustomerSigned: { en: 'the signature', zh: '客户签字' },
  CustomerInformed: { en: 'the informing of the customer', zh: '告知客户' },
  CasePaused: { en: 'the start of the pause', zh: '暂停' },
  CaseResumed: { en: 'the end of the pause', zh: '恢复处理' },
  ExemptionRequested: { en: 'the request for an exemption', zh: '申请豁免' },
  ExemptionApproved: { en: 'the approval of the exemption', zh: '批准豁免' },
  ExemptionRefused: { en: 'the refusal of the exemption', zh: '驳回豁免' },
  CaseClosed: { en: 'the closing', zh: '结案' },
  CaseCancelled: { en: 'the cancellation', zh: '取消报修' },
  CaseReopened: { en: 'the reopening', zh: '重新打开' },
  SlaWarningRaised: { en: 'the warning', zh: '时限提醒' },
  SlaBreached: { en: 'the breach', zh: '超时' },
  VoidingRequested: { en: 'the request to void the breach', zh: '申请撤销超时' },
  BreachVoided: { en: 'the voiding of the breach', zh: '撤销超时' },
  VoidingRefused: { en: 'the refusal to void the breach', zh: '维持超时' },
  ClockExempted: { en: 'the exemption of the clock', zh: '时限豁免' },
};

/** The type itself where there is no name: no event of ours, see the spec. */
export function eventName(type: string, language: Language): string {
  const name = Object.hasOwn(eventNames, type) ? eventNames[type] : undefined;
  return name ? name[language === 'en' ? 'en' : 'zh'] : type;
}
