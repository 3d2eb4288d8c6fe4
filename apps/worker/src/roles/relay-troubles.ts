import { BrokerProblem, isForOperators } from '@fieldcase/kafka';
import { describeFailure, type RelayCheckpoints, type RelayTrouble, type Report } from '@fieldcase/postgres';

/** Tells the log once why nothing is published, and keeps it where /status and /metrics find it, until it is over. */
export class RelayTroubles {
  /** Undefined: nothing is known yet of what stands there since an earlier process. */
  private told: string | null | undefined;
  private noted: Promise<void> = Promise.resolve();

  constructor(
    private readonly progress: Pick<RelayCheckpoints, 'note'>,
    private readonly report: Report,
    private readonly count: (trouble: string) => void = () => undefined,
  ) {}

  /** @param sentence what was found, and what mends it */
  async tell(trouble: RelayTrouble, error: Error): Promise<void> {
    const sentence = isForOperators(error) ? error.message : describeFailure(error);
    this.count(error instanceof BrokerProblem ? error.kind : trouble);
    if (this.told === sentence) return;
    this.told = sentence;
    const message = trouble === 'halted' ? 'the relay stands still' : 'the relay cannot publish, and tries again';
    this.report(trouble === 'halted' ? 'error' : 'warn', message, { problem: sentence });
    await this.note(() => this.progress.note(trouble, sentence));
  }

  /** Cheap where nothing was wrong: it is called after every batch. */
  async heal(): Promise<void> {
    if (this.told === null) return;
    const before = this.told;
    this.told = null;
    if (before !== undefined) this.report('info', 'the relay publishes again');
    await this.note(() => this.progress.note(null));
  }

  /** One after the other. Where the database is away too, it is told at the next occasion. */
  private note(write: () => Promise<void>): Promise<void> {
    this.noted = this.noted.then(write).catch(() => void (this.told = undefined));
    return this.noted;
  }
}
