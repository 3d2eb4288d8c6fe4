/**
 * The timeline's sentences: one template per event type and language. Instants and durations come in as text; personal
 * fields may be absent (masked, erased), and then the sentence does without them.
 */
import type { Language } from '../scope';
import { correctionText } from './corrections';
import { partTimelineTexts, surveyTimelineTexts } from './timeline-parts';
import type { Template, TimelineFacts } from './timeline-types';
import { wordFor } from './words';

const en = (code: unknown): string => wordFor(code, 'en');
const zh = (code: unknown): string => wordFor(code, 'zh-CN');
/** `clockId` = `<target>:<subject>:<cycle>`; an exemption may aim at `signature`. */
const targetEn = (clockId: unknown): string => en(String(clockId ?? '').split(':')[0]);
const targetZh = (clockId: unknown): string => zh(String(clockId ?? '').split(':')[0]);

const has = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
/** `: text` where there is text. */
const tailEn = (value: unknown): string => (has(value) ? `: ${String(value)}` : '');
const tailZh = (value: unknown): string => (has(value) ? `：${String(value)}` : '');
const asText = (value: unknown): string => String(value ?? '');
const listEn = (codes: unknown): string => (Array.isArray(codes) ? codes.map(en).join(', ') : en(codes));
const listZh = (codes: unknown): string => (Array.isArray(codes) ? codes.map(zh).join('、') : zh(codes));
const countOf = (lines: unknown): number => (Array.isArray(lines) ? lines.length : 0);

const intake: Record<string, Template> = {
  FaultReported: {
    en: ({ data }) =>
      `Case ${asText(data['number'])} reported (${en(data['caseType'])})${tailEn(data['faultDescription'])}`,
    zh: ({ data }) =>
      `受理报修，单号 ${asText(data['number'])}（${zh(data['caseType'])}）${tailZh(data['faultDescription'])}`,
  },
  CaseTriaged: {
    en: ({ data }) =>
      `Triaged as ${asText(data['faultCode'])}, priority ${en(data['priority'])}${tailEn(data['handlingOpinion'])}`,
    zh: ({ data }) =>
      `已分诊，故障代码 ${asText(data['faultCode'])}，优先级${zh(data['priority'])}${tailZh(data['handlingOpinion'])}`,
  },
  DetailsCorrected: {
    en: ({ data, before }) => `Details corrected${correctionText(data, before, 'en')}${tailEn(data['reason'])}`,
    zh: ({ data, before }) => `更正资料${correctionText(data, before, 'zh-CN')}${tailZh(data['reason'])}`,
  },
  NoteAdded: {
    en: ({ data }) => `${en(data['kind'] ?? 'note')}${tailEn(data['text'])}`,
    zh: ({ data }) => `${zh(data['kind'] ?? 'note')}${tailZh(data['text'])}`,
  },
  OwnershipTaken: {
    en: ({ data }) => `${asText(data['owner'])} now owns the case`,
    zh: ({ data }) => `由 ${asText(data['owner'])} 负责跟进`,
  },
  ResponsibilityHandedOver: {
    en: ({ data }) => `Responsibility handed over to ${asText(data['to'])}${tailEn(data['reason'])}`,
    zh: ({ data }) => `责任移交给 ${asText(data['to'])}${tailZh(data['reason'])}`,
  },
  CustomerTimeRequested: {
    en: ({ data, at }) => `The customer asked for a visit from ${at(data['from'])} to ${at(data['to'])}`,
    zh: ({ data, at }) => `客户要求上门时间：${at(data['from'])}至${at(data['to'])}`,
  },
  CustomerTimeWithdrawn: {
    en: ({ data }) => `The customer's time was withdrawn${tailEn(data['reason'])}`,
    zh: ({ data }) => `撤回客户约定时间${tailZh(data['reason'])}`,
  },
  CaseMerged: {
    en: ({ data }) =>
      `Merged into ${has(data['number']) ? `case ${asText(data['number'])}` : 'another case'} as a duplicate`,
    zh: ({ data }) => `作为重复报修并入${has(data['number']) ? `工单 ${asText(data['number'])}` : '另一单'}`,
  },
  DuplicateAbsorbed: {
    en: ({ data }) => `Duplicate case ${asText(data['number'])} merged into this one`,
    zh: ({ data }) => `重复单 ${asText(data['number'])} 已并入本单`,
  },
};

const visits: Record<string, Template> = {
  TechnicianDispatched: {
    en: ({ data }) => `Technician ${asText(data['technicianId'])} dispatched${tailEn(data['note'])}`,
    zh: ({ data }) => `派工给技师 ${asText(data['technicianId'])}${tailZh(data['note'])}`,
  },
  DispatchAccepted: { en: () => 'The technician accepted the dispatch', zh: () => '技师已接单' },
  DispatchDeclined: {
    en: ({ data }) => `The technician declined the dispatch${tailEn(data['reason'])}`,
    zh: ({ data }) => `技师拒单${tailZh(data['reason'])}`,
  },
  DispatchWithdrawn: {
    en: ({ data }) => `The dispatch was withdrawn${tailEn(data['reason'])}`,
    zh: ({ data }) => `撤回派工${tailZh(data['reason'])}`,
  },
  AppointmentAgreed: {
    en: ({ data, at }) => `Appointment agreed from ${at(data['from'])} to ${at(data['to'])}`,
    zh: ({ data, at }) => `约定上门时间：${at(data['from'])}至${at(data['to'])}`,
  },
  AppointmentMoved: {
    en: ({ data, at }) =>
      `Appointment moved to ${at(data['from'])} to ${at(data['to'])}, requested by ${en(data['requestedBy'])}${tailEn(data['reason'])}`,
    zh: ({ data, at }) =>
      `改约至${at(data['from'])}至${at(data['to'])}（${zh(data['requestedBy'])}提出）${tailZh(data['reason'])}`,
  },
  TravelStarted: { en: () => 'The technician set out', zh: () => '技师已出发' },
  TechnicianArrived: { en: () => 'The technician arrived on site', zh: () => '技师到达现场' },
  VisitHandedOver: {
    en: ({ data }) => `The visit was handed over to ${asText(data['technicianId'])}`,
    zh: ({ data }) => `本次上门移交给 ${asText(data['technicianId'])}`,
  },
  DiagnosisRecorded: {
    en: ({ data }) => `Diagnosis ${asText(data['faultCode'])}${tailEn(data['cause'])}`,
    zh: ({ data }) => `诊断：故障代码 ${asText(data['faultCode'])}${tailZh(data['cause'])}`,
  },
  VisitCompleted: {
    en: ({ data }) =>
      `${data['remote'] === true ? 'Helped remotely' : 'Visit completed'}, ${data['fixed'] === true ? 'fixed' : 'not fixed'}${tailEn(data['reason'])}`,
    zh: ({ data }) =>
      `${data['remote'] === true ? '远程处理完成' : '上门完成'}，${data['fixed'] === true ? '已修复' : '未修复'}${tailZh(data['reason'])}`,
  },
  MaterialsAmended: {
    en: ({ data }) => `Materials corrected, ${countOf(data['materials'])} lines now${tailEn(data['reason'])}`,
    zh: ({ data }) => `更正用料，现有 ${countOf(data['materials'])} 行${tailZh(data['reason'])}`,
  },
  CustomerSigned: {
    en: ({ data }) => (has(data['signerName']) ? `${asText(data['signerName'])} signed` : 'The customer signed'),
    zh: ({ data }) => (has(data['signerName']) ? `${asText(data['signerName'])} 已签字` : '客户已签字'),
  },
  CustomerInformed: {
    en: ({ data }) => `The customer was told of the result${tailEn(data['result'])}`,
    zh: ({ data }) => `已告知客户处理结果${tailZh(data['result'])}`,
  },
};

const course: Record<string, Template> = {
  CasePaused: {
    en: ({ data, at }) =>
      `Paused (${en(data['reason'])})${has(data['until']) ? ` until ${at(data['until'])}` : ''}${tailEn(data['note'])}`,
    zh: ({ data, at }) =>
      `暂停（${zh(data['reason'])}）${has(data['until']) ? `，预计至${at(data['until'])}` : ''}${tailZh(data['note'])}`,
  },
  CaseResumed: {
    en: ({ data }) => `Resumed (${listEn(data['reasons'])})`,
    zh: ({ data }) => `恢复处理（${listZh(data['reasons'])}）`,
  },
  ExemptionRequested: {
    en: ({ data }) => `Exemption requested for ${targetEn(data['target'])}${tailEn(data['reason'])}`,
    zh: ({ data }) => `申请豁免${targetZh(data['target'])}${tailZh(data['reason'])}`,
  },
  ExemptionApproved: {
    en: ({ data }) => `Exemption approved for ${targetEn(data['target'])}${tailEn(data['note'])}`,
    zh: ({ data }) => `批准豁免${targetZh(data['target'])}${tailZh(data['note'])}`,
  },
  ExemptionRefused: {
    en: ({ data }) => `Exemption refused for ${targetEn(data['target'])}${tailEn(data['note'])}`,
    zh: ({ data }) => `驳回豁免${targetZh(data['target'])}${tailZh(data['note'])}`,
  },
  CaseClosed: {
    en: ({ data }) => `Case closed, ${en(data['resolution'])}${tailEn(data['note'])}`,
    zh: ({ data }) => `结案，${zh(data['resolution'])}${tailZh(data['note'])}`,
  },
  CaseCancelled: {
    en: ({ data }) => `Case cancelled${tailEn(data['reason'])}`,
    zh: ({ data }) => `取消报修${tailZh(data['reason'])}`,
  },
  CaseReopened: {
    en: ({ data }) => `Case reopened${tailEn(data['reason'])}`,
    zh: ({ data }) => `重新打开${tailZh(data['reason'])}`,
  },
};

const clocks: Record<string, Template> = {
  SlaWarningRaised: {
    en: ({ data }) => `${asText(data['percent'])} % of the time for ${en(data['target'])} is used up`,
    zh: ({ data }) => `${zh(data['target'])}已用去 ${asText(data['percent'])}%`,
  },
  SlaBreached: {
    en: ({ data, at }) => `Breached: ${en(data['target'])} was due ${at(data['dueAt'])}, ${en(data['cause'])}`,
    zh: ({ data, at }) => `超时：${zh(data['target'])}应于${at(data['dueAt'])}前完成，${zh(data['cause'])}`,
  },
  VoidingRequested: {
    en: ({ data, at }) =>
      `A late fact disputes the breach of ${en(data['target'])} at ${at(data['dueAt'])}; a supervisor has to decide`,
    zh: ({ data, at }) => `补录的事实对${zh(data['target'])}于${at(data['dueAt'])}的超时提出异议，待主管裁定`,
  },
  BreachVoided: {
    en: ({ data, at }) =>
      `The breach of ${en(data['target'])} at ${at(data['dueAt'])} was voided by ${en(data['by'])}${tailEn(data['note'])}`,
    zh: ({ data, at }) =>
      `${zh(data['target'])}于${at(data['dueAt'])}的超时已撤销，依据：${zh(data['by'])}${tailZh(data['note'])}`,
  },
  VoidingRefused: {
    en: ({ data, at }) => `The breach of ${en(data['target'])} at ${at(data['dueAt'])} stands${tailEn(data['note'])}`,
    zh: ({ data, at }) => `${zh(data['target'])}于${at(data['dueAt'])}的超时维持不变${tailZh(data['note'])}`,
  },
  ClockExempted: {
    en: ({ data }) => `${en(data['target'])} exempted`,
    zh: ({ data }) => `${zh(data['target'])}已豁免`,
  },
};

/** Keys are the event types of a case and of its clocks. */
export const timelineTexts: Readonly<Record<string, Template>> = {
  ...intake,
  ...visits,
  ...partTimelineTexts,
  ...surveyTimelineTexts,
  ...course,
  ...clocks,
};

/** One sentence without a full stop; the type's own name for an event that has no text. */
export function timelineSentence(type: string, language: Language, facts: TimelineFacts): string {
  const template = timelineTexts[type];
  return template ? template[language === 'en' ? 'en' : 'zh'](facts) : type;
}
