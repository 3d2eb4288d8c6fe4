import type { Config, KafkaConfig } from '@fieldcase/config';
import { accessOf, KafkaJsAdmin } from '@fieldcase/kafka';
import { Refusal } from './failures';

/** Throws Refusal where no broker is configured. */
export function kafkaOf({ kafka }: Config): KafkaConfig {
  if (kafka) return kafka;
  throw new Refusal('No broker is configured: set KAFKA_BROKERS, and KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.');
}

/** Opens for one verb and closes, whatever becomes of the work. */
export async function withAdmin<T>(kafka: KafkaConfig, work: (control: KafkaJsAdmin) => Promise<T>): Promise<T> {
  const control = new KafkaJsAdmin(accessOf(kafka));
  try {
    return await work(control);
  } finally {
    await control.close();
  }
}
