import { backorderPersonalFields } from './backorders/backorders.events';
import { casePersonalFields } from './case/case.events';
import { depotFeedPersonalFields } from './depot-feed/depot-feed.events';
import { clockPersonalFields } from './sla/clock.events';
import { adjustmentPersonalFields } from './stock/adjustment.events';
import { serialPersonalFields } from './stock/serial.events';
import { stockPersonalFields } from './stock/stock.events';
import { surveyPersonalFields } from './survey/survey.events';
import { transferPersonalFields } from './stock/transfer.events';

/** Top-level keys of `data` that are stored apart, of every event type that has a table of them. */
export const personalFields: Readonly<Record<string, readonly string[]>> = {
  ...casePersonalFields,
  ...clockPersonalFields,
  ...stockPersonalFields,
  ...serialPersonalFields,
  ...transferPersonalFields,
  ...adjustmentPersonalFields,
  ...backorderPersonalFields,
  ...depotFeedPersonalFields,
  ...surveyPersonalFields,
};

export function personalFieldsOf(type: string): readonly string[] {
  return Object.hasOwn(personalFields, type) ? (personalFields[type] ?? []) : [];
}
