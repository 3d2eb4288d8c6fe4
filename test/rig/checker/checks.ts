import {
  acknowledgedAndKept,
  appliedOnce,
  inRealTimeOrder,
  noFailures,
  rememberedByKey,
  sameAnswer,
  settledInTheEnd,
  stepsOnce,
} from './commands-once';
import type { Evidence, Violation } from './evidence';
import { everybodyAtHead, nothingParked, rebuiltEqualsLive, topicComplete } from './followers';
import { publicTopicsComplete } from './public-topics';

export type Check = (evidence: Evidence) => readonly string[];

/**
 * What must hold, whatever was killed. What else follows the log (public topics, confirmations of depots) has its checks
 * in a file beside these and a line each here, and what they need to know in `Evidence`.
 */
export const CHECKS = {
  'the log itself': ({ logFaults }) =>
    logFaults.map(({ check, position, detail }) => `${check} at ${position}: ${detail}`),
  'acknowledged and kept': acknowledgedAndKept,
  'applied once': appliedOnce,
  'remembered by key': rememberedByKey,
  'the same answer': sameAnswer,
  'no failures': noFailures,
  'settled in the end': settledInTheEnd,
  'in real-time order': inRealTimeOrder,
  'steps of clocks once': stepsOnce,
  'the log topic complete': topicComplete,
  'public topics complete': publicTopicsComplete,
  'everybody at the head': everybodyAtHead,
  'nothing parked': nothingParked,
  'rebuilt equals live': rebuiltEqualsLive,
  'no surprises': ({ surprises }) => surprises,
} satisfies Record<string, Check>;

export function violationsIn(evidence: Evidence): Violation[] {
  return Object.entries<Check>(CHECKS).flatMap(([check, look]) => look(evidence).map((detail) => ({ check, detail })));
}
