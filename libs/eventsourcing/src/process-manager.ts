import type { RecordedEvent } from './message';

/**
 * Reacts to events with commands, purely: what it must remember is a stream that its commands write. Commands of one
 * event run in order; the checkpoint moves when each was accepted or refused. Never rewound.
 */
export interface ProcessManager<Command> {
  readonly name: string;
  readonly eventTypes: readonly string[];
  /** Events with the same key are handled one after another, others side by side. */
  partition(event: RecordedEvent): string;
  react(event: RecordedEvent): readonly Command[];
}
