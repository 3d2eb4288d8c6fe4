import type { CommandContext, EventMetadata } from '@fieldcase/eventsourcing';
import type { FollowUp } from '@fieldcase/domain';
import { AppendDraft } from './append-draft';
import type { CardTermsOf } from './card-terms';
import type { Attempt, CommandTask } from './command-runner';
import type { FoldedStreams } from './folded-streams';

export interface StreamTaskPorts {
  readonly folded: FoldedStreams;
  readonly termsOf: CardTermsOf;
}

export interface StreamTaskOptions {
  /** The stream whose version is answered and compared with If-Match. */
  readonly main: string;
  /** Compared with If-Match where a new stream is answered. */
  readonly comparedWith?: string;
  readonly id: string;
  readonly made?: Readonly<Record<string, string>>;
  readonly metadata: EventMetadata;
  /** What is to be decided, on which streams; called at every attempt. Throws Rejection. */
  readonly resolve: (draft: AppendDraft) => Promise<readonly FollowUp[]>;
  /** What was only read must not have moved either. */
  readonly checksRead?: boolean;
}

/** A command of streams that have one decider each by their category: cards, transfers, adjustments. */
export class StreamTask implements CommandTask {
  private versions: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly ports: StreamTaskPorts,
    private readonly options: StreamTaskOptions,
  ) {}

  get main(): string {
    return this.options.comparedWith ?? this.options.main;
  }

  decidedOn(): ReadonlyMap<string, number> {
    return this.versions;
  }

  async attempt(context: CommandContext): Promise<Attempt> {
    const { main, id, made = {}, metadata, resolve } = this.options;
    const draft = new AppendDraft(this.ports.folded, this.ports.termsOf, context, metadata);
    try {
      await draft.read(main);
      await draft.read(this.main);
      for (const command of await resolve(draft)) await draft.followUp(command);
    } finally {
      this.versions = draft.versions();
    }
    const writes = draft.writes();
    const before = this.versions.get(main) ?? 0;
    const version = before + (writes.find(({ streamId }) => streamId === main)?.events.length ?? 0);
    const created = Object.keys(made).length > 0;
    const written = new Set(writes.map(({ streamId }) => streamId));
    const read = [...this.versions].filter(([streamId]) => !written.has(streamId));
    const checks = this.options.checksRead ? read.map(([streamId, expected]) => ({ streamId, expected })) : [];
    return { writes, checks, answer: { id, version, made, created } };
  }
}
