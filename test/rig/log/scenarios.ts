import type { Bench, Figures } from './commands';
import { killedBackend } from './killed-backend';
import { manyWriters } from './many-writers';
import { oneBatch } from './one-batch';
import { oneStream } from './one-stream';

/** Every promise of the log under races, halts and kills: run whole by `npm run rig -- log`, a tenth by the tests. */
export const scenarios: Readonly<Record<string, (bench: Bench) => Promise<Figures>>> = {
  'one stream, 64 clients': oneStream,
  'crossed checks, repeated keys and conflicts in one batch': oneBatch,
  'many writers, a halted backend, a held snapshot, a reader': manyWriters,
  'killed backends': killedBackend,
};
