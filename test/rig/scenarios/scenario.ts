import type { Bench } from './bench';

export type Figures = Readonly<Record<string, number | string>>;

/** One row of failures: what is done to a running system, and what must hold afterwards. */
export interface Scenario {
  /** As in docs/failures.md. */
  readonly id: string;
  readonly title: string;
  /** The brokers of the system that it breaks; those with the same number share one. */
  readonly brokers: 1 | 3;
  /** Throws where what is expected does not come about. */
  run(bench: Bench): Promise<Figures>;
}
