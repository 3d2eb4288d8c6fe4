export { migrate, type MigrateOptions } from './migrations/migrate';
export { migrationNames } from './migrations/index';
export { dumpSchema } from './migrations/dump-schema';
export { openLog, type OpenLog } from './open-log';
export { createPool, type PoolOptions } from './pool/pool';
export { PostgresEventStore, type PostgresEventStoreOptions } from './event-store/postgres-event-store';
export { PostgresPersonalData } from './event-store/postgres-personal-data';
export { readLogIdentity, type LogIdentity } from './event-store/log-identity';
export { Lease, LeaseLost, underLease } from './leases/lease';
export { whilePresent, type Presence } from './leases/present';
export { ParkedEvents, type ParkedEvent, type ParkedFilter, type RetriedAll } from './parking/parked-events';
export {
  ParkedRecords,
  type DroppedRecords,
  type ParkedRecord,
  type ParkedRecordFilter,
  type UnreadableRecord,
} from './parking/parked-records';
export { ProcessSubscription, type Execute } from './processes/process-subscription';
export { ProjectionRunner, type ProjectionRunnerOptions } from './projections/projection-runner';
export {
  projectionStatus,
  subscriptionStatus,
  type ProjectionStatus,
  type SubscriptionStatus,
} from './projections/projection-status';
export { ReadModelStatus, READ_MODELS_CHANNEL } from './projections/read-model-status';
export {
  Rebuild,
  RebuildGone,
  RebuildOfOtherVersion,
  type RebuildOptions,
  type RebuildProgress,
} from './projections/rebuild';
export { Announcer } from './subscriptions/announcer';
export { ChannelListener } from './subscriptions/channel-listener';
export { CheckpointMoved, OtherVersion } from './subscriptions/checkpoints';
export { describeFailure, isInfrastructureFailure } from './subscriptions/failure';
export { noteProblem } from './subscriptions/note-problem';
export type { Report } from './subscriptions/report';
export { Standstill, type StandstillOptions } from './subscriptions/standstill';
export { HistoryStaging, type JoiningRow, type StagedRow, type StagedTotals } from './staging/history-staging';
export { bindSink, SinkUnfit } from './sink/bind-sink';
export { Notifier } from './log-source/notifier';
export { PostgresLogSource, type PostgresLogSourceOptions } from './log-source/postgres-log-source';
export { PostgresReferenceLog } from './log-source/postgres-reference-log';
export { nextDueOf, type Clocks } from './timers/next-due';
export { type ClaimedTimer, type NextDue } from './timers/timer-rows';
export { TimerRunner, type Recorded, type TimerRunnerOptions } from './timers/timer-runner';
export { TimerMetrics, timerStatus, type TimerStatus } from './timers/timer-status';
export { earliestAnnouncer, TIMERS_CHANNEL, TimersSubscription } from './timers/timers-subscription';
export { LogCheck, type LogFault, type LogVerdict } from './log-check/log-check';
export { serverFacts, type ServerFacts } from './log-check/server-facts';
export { RelayCheckpoints } from './relay/relay-checkpoints';
export { noteOff, type RelayState, type RelayStatus, type RelayTrouble } from './relay/relay-status';
export { type LeaseStatus } from './status/lease-status';
export { operatorNeeds, type OperatorNeed } from './status/operator-needs';
export { systemStatus, type SystemStatus } from './status/system-status';
