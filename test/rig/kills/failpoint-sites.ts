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
  'append.before': { process: 'api', load: 'any command', amongFirst: 20 },
  'append.sent': { process: 'api', load: 'any command', amongFirst: 20 },
  'append.committed': { process: 'api', load: 'any command', amongFirst: 20 },
  'command.answering': { process: 'api', load: 'any command', amongFirst: 20 },
  'relay.read': { process: 'worker', lease: 'subscription:relay', load: 'any command', amongFirst: 5 },
  'relay.sent': { process: 'worker', lease: 'subscription:relay', load: 'any command', amongFirst: 5 },
  'relay.noted': { process: 'worker', lease: 'subscription:relay', load: 'any command', amongFirst: 5 },
  'cases.sent': { process: 'worker', lease: 'subscription:relay-cases', load: 'any command of a case', amongFirst: 5 },
  'cases.noted': {
    process: 'worker',
    lease: 'subscription:relay-cases',
    load: 'any command of a case',
    amongFirst: 5,
  },
  'depots.sent': { process: 'worker', lease: 'subscription:relay-depots', load: 'part requests', amongFirst: 2 },
  'depots.noted': { process: 'worker', lease: 'subscription:relay-depots', load: 'part requests', amongFirst: 2 },
  'confirmation.executed': { process: 'worker', load: 'what a depot confirms over Kafka', amongFirst: 3 },
  'confirmation.replied': { process: 'worker', load: 'what a depot confirms over Kafka', amongFirst: 3 },
  'projection.written': { process: 'worker', load: 'any command', amongFirst: 5 },
  'projection.committed': { process: 'worker', load: 'any command', amongFirst: 5 },
  'process.commanded': {
    process: 'worker',
    lease: 'subscription:part-supply',
    load: 'part requests of technicians on site',
    amongFirst: 3,
  },
  'timers.claimed': { process: 'worker', load: 'cases that are left alone until a step is due', amongFirst: 2 },
  'timers.fired': { process: 'worker', load: 'cases that are left alone until a step is due', amongFirst: 2 },
};
