import { EventStore1764000000001 } from './0001-event-store';
import { Following1764000000002 } from './0002-following';
import { Sink1764000000003 } from './0003-sink';
import { ParkedRecords1764000000004 } from './0004-parked-records';
import { AppendWithoutSorts1764000000005 } from './0005-append-without-sorts';
import { AppendBySubscript1764000000006 } from './0006-append-by-subscript';
import { PreparedReads1764000000007 } from './0007-prepared-reads';

/** Explicit, in order: a bundled process has no folder to search. */
export const migrations = [
  EventStore1764000000001,
  Following1764000000002,
  Sink1764000000003,
  ParkedRecords1764000000004,
  AppendWithoutSorts1764000000005,
  AppendBySubscript1764000000006,
  PreparedReads1764000000007,
];

/** In order; what a schema of this code has recorded. */
export const migrationNames: readonly string[] = migrations.map((Migration) => new Migration().name);
