import type { Simulator } from './simulator';

export interface Pace {
  /** At most. */
  readonly turns: number;
  /** Before every turn; rejects when it is stopped meanwhile. */
  readonly pause: () => Promise<unknown>;
  readonly stopping: AbortSignal;
}

/**
 * The first turn comes after a pause: who has just started looks at the samples as they were loaded.
 * @returns how many commands were accepted
 */
export async function takeTurns(simulator: Pick<Simulator, 'turn'>, { turns, pause, stopping }: Pace): Promise<number> {
  let commands = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    await pause().catch(() => undefined);
    if (stopping.aborted) break;
    if (await simulator.turn()) commands += 1;
  }
  return commands;
}
