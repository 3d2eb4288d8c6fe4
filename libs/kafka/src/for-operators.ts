import { BrokerProblem } from './broker-problem';
import { ForeignRecord } from './log-topic';
import { RelayHalted } from './relay-audit';
import { TopicUnfit } from './transport';

/** Says what was found and what to do, and holds no data. */
export const isForOperators = (error: unknown): error is Error =>
  error instanceof RelayHalted ||
  error instanceof ForeignRecord ||
  error instanceof TopicUnfit ||
  error instanceof BrokerProblem;
