import { parseDuration, SLA_TARGETS, type SlaPolicy, type SlaTarget, type TargetSpec } from '@fieldcase/domain/sla';
import { Rejection } from '@fieldcase/eventsourcing';
import { plain } from '../http/plain';
import type { PublishSlaPolicyDto, TargetDto } from './sla-policy.dto';

const TWO_HOURS_MS = 7_200_000;
const PAUSED_BY_CUSTOMER: readonly SlaTarget[] = ['onSiteResponse', 'appointment', 'visitAfterNotice', 'restore'];

/** The contract's words in the domain's units, defaults filled in. Unknown targets and calendars are 422. */
export function slaPolicy({ id, name, match, zone, targets, lateFactLimit }: PublishSlaPolicyDto): SlaPolicy {
  return {
    id,
    name,
    match: plain(match),
    zone: zone ?? 'Asia/Shanghai',
    targets: targets.map(targetSpec),
    lateFactLimitMs: lateFactLimit === undefined ? TWO_HOURS_MS : (parseDuration(lateFactLimit) ?? TWO_HOURS_MS),
  };
}

function targetSpec({ target, within, calendar, warnAt, pausedBy }: TargetDto, index: number): TargetSpec {
  const known = SLA_TARGETS.find((candidate) => candidate === target);
  if (!known) {
    throw new Rejection(
      'sla-policy.target-unknown',
      'unacceptable',
      { target },
      {
        [`targets.${index}.target`]: `one of: ${SLA_TARGETS.join(', ')}`,
      },
    );
  }
  if (calendar !== undefined) {
    throw new Rejection(
      'sla-policy.calendar-unknown',
      'unacceptable',
      { calendar },
      {
        [`targets.${index}.calendar`]: 'a calendar that exists; leave it out for elapsed time',
      },
    );
  }
  return {
    target: known,
    withinMs: within === undefined ? null : parseDuration(within),
    warnAt: warnAt ?? [50, 75, 90],
    pausedBy: pausedBy ?? (PAUSED_BY_CUSTOMER.includes(known) ? ['waiting-customer'] : []),
  };
}
