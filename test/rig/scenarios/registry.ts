import { brokerScenarios } from './brokers-away';
import { commitScenarios } from './commit';
import { databaseScenarios } from './database-away';
import { memberScenarios } from './members';
import { readModelScenarios } from './read-models';
import { relayScenarios } from './relay';
import type { Scenario } from './scenario';

/** In the order in which they run: what leaves less behind comes first. */
export const scenarios: readonly Scenario[] = [
  ...commitScenarios,
  ...relayScenarios,
  ...readModelScenarios,
  ...memberScenarios,
  ...brokerScenarios,
  ...databaseScenarios,
];
