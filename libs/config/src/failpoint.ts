/**
 * Places where a fault test ends a process, so that the step is exact and not luck. Each stands between two effects that
 * must not be told apart by whoever looks afterwards. The rig asks that every one is hit.
 */
export const FAILPOINTS = [
  'append.before',
  'append.sent',
  'append.committed',
  'command.answering',
  'relay.read',
  'relay.sent',
  'relay.noted',
  'cases.sent',
  'cases.noted',
  'depots.sent',
  'depots.noted',
  'projection.written',
  'projection.committed',
  'process.commanded',
  'confirmation.executed',
  'confirmation.replied',
  'timers.claimed',
  'timers.fired',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

export interface ArmedFailpoint {
  readonly name: Failpoint;
  /** 1: the first time that the process comes by. */
  readonly nth: number;
}

let armed: { readonly name: Failpoint; left: number } | undefined;

/** For the whole process, once, at its start. Nothing is armed unless somebody asked for it. */
export function armFailpoint(wanted: ArmedFailpoint | undefined): void {
  armed = wanted && { name: wanted.name, left: wanted.nth };
}

/** Ends the process as a power cut would, where it is armed for this place. */
export function failpoint(name: Failpoint): void {
  if (armed?.name !== name) return;
  armed.left -= 1;
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL');
}
