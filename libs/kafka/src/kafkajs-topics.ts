import type { Admin } from 'kafkajs';
import type { AdminConnection } from './kafkajs-admin-connection';
import { patiently } from './kafkajs-patiently';
import { unfitness } from './topic-fitness';
import type { TopicFacts, TopicSpec } from './transport';

/** Topics as they must be: looked at, and made where they are not there. */
export class KafkaJsTopics {
  constructor(private readonly admin: Pick<AdminConnection, 'ask'>) {}

  /** As `KafkaTransport.checkTopic`. */
  async check(spec: TopicSpec): Promise<boolean> {
    const names = await this.ask((admin) => admin.listTopics());
    if (!names.includes(spec.name)) {
      await this.makeTopic(spec, true);
      return false;
    }
    const unfit = unfitness(spec, await this.factsOf(spec.name));
    if (unfit) throw unfit;
    return true;
  }

  /** As `KafkaTransport.ensureTopic`. */
  async ensure(spec: TopicSpec): Promise<void> {
    // Looked for first: who may not make topics may still use one that is there.
    if (await this.check(spec)) return;
    await this.makeTopic(spec, false);
    const unfit = unfitness(spec, await this.factsOf(spec.name));
    if (unfit) throw unfit;
  }

  private async factsOf(name: string): Promise<TopicFacts> {
    const { topics } = await this.ask((admin) => admin.fetchTopicMetadata({ topics: [name] }));
    const replicas = topics[0]?.partitions.map((partition) => partition.replicas.length) ?? [];
    return { partitions: replicas.length, replicas: Math.min(...replicas) };
  }

  private async makeTopic(spec: TopicSpec, validateOnly: boolean): Promise<void> {
    const { name, partitions, replicas, config = {} } = spec;
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    const topics = [{ topic: name, numPartitions: partitions, replicationFactor: replicas, configEntries }];
    await this.ask((admin) => admin.createTopics({ validateOnly, waitForLeaders: !validateOnly, topics }));
  }

  private ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    return patiently(() => this.admin.ask(question));
  }
}
