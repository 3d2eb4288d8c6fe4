import { TopicUnfit, type TopicFacts, type TopicSpec } from './transport';

/** Undefined where the topic is as it must be; else what is wrong, and what mends it. */
export function unfitness({ name, partitions, replicas }: TopicSpec, found: TopicFacts): TopicUnfit | undefined {
  if (found.partitions !== partitions) {
    return new TopicUnfit(
      `the topic ${name} has ${found.partitions} partitions, expected ${partitions}: they are fixed for ever; ` +
        `delete the topic, and it is made anew and filled from the log`,
    );
  }
  if (found.replicas >= replicas) return undefined;
  return new TopicUnfit(
    `the topic ${name} has ${found.replicas} replicas, expected ${replicas}: reassign its partitions to more brokers, or ` +
      `set KAFKA_REPLICAS=${found.replicas}`,
  );
}
