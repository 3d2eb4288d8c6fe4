import type { Failpoint } from '@fieldcase/config';

/** Where a failpoint is passed, and what load brings a process to it. */
export interface FailpointSite {
  readonly process: 'api' | 'worker';
  /** The lease whose holder passes it: another worker has to lose it first. Undefined: any worker passes it. */
  readonly lease?: string;
  /** In words: which part of `load.ts` brings it about. A new name without such a load is never hit, and the rig fails. */
  readonly load: string;
  /** Which time it is: one of the first so many, by the seed. */
  readonly amongFirst: number;
}

/** A name that is added to FAILPOINTS is missed here by the compiler. */
export const FAILPOINT_SITES: Readonly<Record<Failpoint, FailpointSite>> = {
  'append.before': { process: 'api', load: 'any command', amongFirst: 40 },
  'append.sent': { process: 'api', load: 'any command', amongFirst: 40 },
  'append.committed': { process: 'api', load: 'any command', amongFirst: 40 },
  'command.answering': { process: 'api', load: 'any command', amongFirst: 40 },
  'relay.read': { process: 'worker', lease: 'subscription:relay', load: 'any command', amongFirst: 10 },
  'relay.sent': { process: 'worker', lease: 'subscription:relay', load: 'any command', amongFirst: 10 },
  'relay.noted': { process: 'worker', lease: 'subscription:relay', load: 'any command', amongFirst: 10 },
  'projection.written': { process: 'worker', lease: 'subscription:case-board', load: 'any command', amongFirst: 10 },
  'projection.committed': { process: 'worker', lease: 'subscription:case-board', load: 'any command', amongFirst: 10 },
  'process.commanded': {
    process: 'worker',
    lease: 'subscription:part-supply',
    load: 'part requests of technicians on site',
    amongFirst: 3,
  },
  'timers.claimed': { process: 'worker', load: 'cases that are left alone until a step is due', amongFirst: 2 },
  'timers.fired': { process: 'worker', load: 'cases that are left alone until a step is due', amongFirst: 2 },
};
