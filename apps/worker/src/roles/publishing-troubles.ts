import { BrokerProblem, isForOperators } from '@fieldcase/kafka';
import { describeFailure, type RelayCheckpoints, type RelayTrouble, type Report } from '@fieldcase/postgres';

/** By subscription. */
const CALLED: Readonly<Record<string, string>> = {
  relay: 'the relay',
  'relay-cases': 'the relay of cases',
  'relay-depots': 'the relay to depots',
};

/** Tells the log once why nothing is published, and keeps it where /status and /metrics find it, until it is over. */
export class PublishingTroubles {
  /** Undefined: nothing is known yet of what stands there since an earlier process. */
  private told: string | null | undefined;
  private noted: Promise<void> = Promise.resolve();

  private readonly called: string;

  constructor(
    name: string,
    private readonly progress: Pick<RelayCheckpoints, 'note'>,
    private readonly report: Report,
    private readonly count: (trouble: string) => void = () => undefined,
  ) {
    this.called = CALLED[name] ?? name;
  }

  /** @param sentence what was found, and what mends it */
  async tell(trouble: RelayTrouble, error: Error): Promise<void> {
    const sentence = isForOperators(error) ? error.message : describeFailure(error);
    this.count(error instanceof BrokerProblem ? error.kind : trouble);
    if (this.told === sentence) return;
    this.told = sentence;
    const halted = trouble === 'halted';
    const message = `${this.called} ${halted ? 'stands still' : 'cannot publish, and tries again'}`;
    this.report(halted ? 'error' : 'warn', message, { problem: sentence });
    await this.note(() => this.progress.note(trouble, sentence));
  }

  /** Cheap where nothing was wrong: it is called after every batch. */
  async heal(): Promise<void> {
    if (this.told === null) return;
    const before = this.told;
    this.told = null;
    if (before !== undefined) this.report('info', `${this.called} publishes again`);
    await this.note(() => this.progress.note(null));
  }

  /** One after the other. Where the database is away too, it is told at the next occasion. */
  private note(write: () => Promise<void>): Promise<void> {
    this.noted = this.noted.then(write).catch(() => void (this.told = undefined));
    return this.noted;
  }
}
