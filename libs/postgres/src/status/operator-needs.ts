import type { ProjectionStatus, SubscriptionStatus } from '../projections/projection-status';
import type { Followed, SystemStatus } from './system-status';

/** Something that nobody but a person mends. */
export interface OperatorNeed {
  /** `relay`, the name of a subscription, `confirmations`, or `timers`. */
  readonly of: string;
  readonly problem: string;
  readonly mend: string;
}

type Any = SubscriptionStatus & Followed;
/** What is behind for longer does not just catch its breath. */
const BEHIND_S = 300;
const LATE_MS = 60_000;
const WAITING_MS = 60_000;

const ROLES: Readonly<Record<string, string>> = {
  timers: 'timers',
  'part-supply': 'processes',
  surveys: 'processes',
  'relay-cases': 'relay and KAFKA_BROKERS',
  'relay-depots': 'relay and KAFKA_BROKERS',
};

/** In the order in which to mend them; empty: nobody is needed. */
export function operatorNeeds(status: SystemStatus, now: number = Date.now()): readonly OperatorNeed[] {
  const { projections, subscriptions } = status;
  const others = subscriptions.filter(({ name, off }) => name !== 'relay' && !off);
  return [
    ...relayNeeds(status, now),
    ...projections.flatMap(versionNeeds),
    ...[...projections, ...others].flatMap((one) => followingNeeds(one, ROLES[one.name] ?? 'projections')),
    ...[...projections, ...subscriptions].flatMap(parkedNeeds),
    ...recordNeeds(status),
    ...timerNeeds(status),
  ];
}

function relayNeeds({ relay, subscriptions }: SystemStatus, now: number): OperatorNeed[] {
  const of = 'relay';
  const problem = relay.problem ?? '';
  const waited = relay.since === null ? 0 : now - relay.since;
  if (relay.state === 'halted') {
    return [{ of, problem: `stands still: ${problem}`, mend: 'do as it says; it looks again every 30 s' }];
  }
  if (relay.state === 'waiting' && waited > WAITING_MS) {
    const minutes = Math.round(waited / 60_000);
    return [
      { of, problem: `has tried for ${minutes} min: ${problem}`, mend: 'bring the brokers back; it goes on then' },
    ];
  }
  if (relay.state === 'stopped') {
    return [{ of, problem: 'nobody publishes', mend: 'start a worker with the role relay and KAFKA_BROKERS' }];
  }
  const lag = subscriptions.find(({ name }) => name === of);
  return relay.state === 'running' && lag ? behindNeeds(lag) : [];
}

function versionNeeds({ name, state, rebuild, version }: ProjectionStatus): OperatorNeed[] {
  if (state === 'code-too-old') {
    return [{ of: name, problem: `its tables are of the newer version ${version}`, mend: 'start the newer release' }];
  }
  if (state !== 'needs-rebuild' || rebuild?.active) return [];
  return [{ of: name, problem: 'its tables are of an older version', mend: `fieldcase projections rebuild ${name}` }];
}

function followingNeeds(one: Any, role: string): OperatorNeed[] {
  const { name: of, state, followedBy, problem } = one;
  if (problem !== null && state === 'stopped') {
    return [{ of, problem: `stands still: ${problem}`, mend: 'see the log of its worker; it tries again by itself' }];
  }
  if (state === 'absent' || (state === 'stopped' && followedBy.length === 0)) {
    const never = state === 'absent' ? 'was never followed' : 'is followed by nobody';
    return [{ of, problem: never, mend: `start a worker with the role ${role}` }];
  }
  if (problem !== null && state === 'failing') {
    return [{ of, problem, mend: 'see the log of its worker; it tries again by itself' }];
  }
  return behindNeeds(one);
}

function behindNeeds({ name: of, lagEvents, lagSeconds }: Any): OperatorNeed[] {
  if (lagSeconds <= BEHIND_S) return [];
  const problem = `is ${lagEvents} events and ${Math.round(lagSeconds)} s behind`;
  return [{ of, problem, mend: 'see whether it moves, and the log of its worker' }];
}

function parkedNeeds({ name: of, parked, parkedStreams }: Any): OperatorNeed[] {
  if (parked === 0) return [];
  const problem = `${parked} events of ${parkedStreams} streams are parked`;
  return [{ of, problem, mend: 'fieldcase parked list; then retry or discard' }];
}

function recordNeeds({ parkedRecords }: SystemStatus): OperatorNeed[] {
  if (parkedRecords === 0) return [];
  const problem = `${parkedRecords} records of depots could not be read`;
  return [
    { of: 'confirmations', problem, mend: 'fieldcase depot parked; tell the depot, then fieldcase depot discard' },
  ];
}

function timerNeeds({ timers }: SystemStatus): OperatorNeed[] {
  if (timers.oldestLatenessMs <= LATE_MS) return [];
  const problem = `${timers.due} are due, the oldest for ${Math.round(timers.oldestLatenessMs / 1_000)} s`;
  return [{ of: 'timers', problem, mend: 'start workers with the role timers; see their logs' }];
}
