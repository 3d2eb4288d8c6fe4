import { appendFileSync } from 'node:fs';

/** What one try at a command has come to. Milliseconds of this process's own clock, which only goes forward. */
export interface Try {
  readonly api: string;
  readonly sentAt: number;
  readonly endedAt: number;
  /** Undefined: no answer came, and what has become of the command is not known. */
  readonly status: number | undefined;
}

export interface Accepted {
  readonly kind: 'accepted';
  readonly id: string;
  /** Of the last event; `0` where there was nothing to do. */
  readonly position: string;
  readonly receivedAt: number;
  readonly replayed: boolean;
}

export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
  readonly code: string;
}

/** Not known to the end: every try was without an answer, or was told to come again. */
export interface Unknown {
  readonly kind: 'unknown';
}

export type Outcome = Accepted | Refused | Unknown;

/** One command as its client knows it. */
export interface Entry {
  readonly key: string;
  readonly sub: string;
  readonly path: string;
  /** The case that it is about; of a report, what was made. Undefined: about none. */
  readonly caseId: string | undefined;
  readonly firstSentAt: number;
  readonly tries: readonly Try[];
  readonly outcome: Outcome;
  /** Answers to one key that were not the same. */
  readonly contradictions: readonly string[];
}

/** All that the clients have sent and heard: the checker believes it, and asks the system for the same. */
export class Journal {
  readonly entries: Entry[] = [];

  /** @param file one line each, for whoever looks afterwards */
  constructor(private readonly file?: string) {}

  add(entry: Entry): void {
    this.entries.push(entry);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  figures(): Readonly<Record<'acknowledged' | 'refused' | 'unknown' | 'unanswered' | 'repeated', number>> {
    const of = (kind: Outcome['kind']): number => this.entries.filter(({ outcome }) => outcome.kind === kind).length;
    const unanswered = this.entries.flatMap(({ tries }) => tries.filter(({ status }) => status === undefined));
    return {
      acknowledged: of('accepted'),
      refused: of('refused'),
      unknown: of('unknown'),
      unanswered: unanswered.length,
      repeated: this.entries.filter(({ tries }) => tries.length > 1).length,
    };
  }
}
