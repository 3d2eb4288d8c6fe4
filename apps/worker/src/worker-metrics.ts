import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Report } from '@fieldcase/postgres';

const EVENTS = [1, 10, 50, 100, 500, 1_000, 2_000, 4_000];
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What only this process knows; how far everything is stands in the database, and in the API's `/metrics`. */
export class WorkerMetrics {
  readonly registry = new Registry();
  private readonly published = this.counter(
    'fieldcase_relay_published_events_total',
    'Events acknowledged by Kafka',
    [],
  );
  private readonly relayBatch = this.histogram('fieldcase_relay_batch_events', 'Events of one step', EVENTS, []);
  private readonly relayStep = this.histogram(
    'fieldcase_relay_step_duration_seconds',
    'From reading a batch of the log to its acknowledgement and note',
    SECONDS,
    [],
  );
  private readonly relayFailures = this.counter('fieldcase_relay_failures_total', 'By what was wrong', ['reason']);
  private readonly applied = this.counter('fieldcase_worker_applied_events_total', 'Events applied', ['subscription']);
  private readonly batch = this.histogram('fieldcase_worker_batch_events', 'Events of one transaction', EVENTS, [
    'subscription',
  ]);
  private readonly confirmations = new Gauge({
    name: 'fieldcase_confirmations_waiting',
    help: 'Confirmations of depots in Kafka that this worker has been told of and has not dealt with',
    registers: [this.registry],
  });
  private readonly reports = this.counter('fieldcase_worker_reports_total', 'Lines of the log, by level', ['level']);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  relayPublished(events: number, seconds: number): void {
    this.published.inc(events);
    this.relayBatch.observe(events);
    this.relayStep.observe(seconds);
  }

  relayFailed(reason: string): void {
    this.relayFailures.inc({ reason });
  }

  eventsApplied(subscription: string, events: number): void {
    this.applied.inc({ subscription }, events);
    this.batch.observe({ subscription }, events);
  }

  /** @param byTopic of all topics that are this worker's */
  confirmationsWait(byTopic: ReadonlyMap<string, number>): void {
    this.confirmations.set([...byTopic.values()].reduce((sum, each) => sum + each, 0));
  }

  /** The log as it was, and counted. */
  counting(report: Report): Report {
    for (const level of ['info', 'warn', 'error']) this.reports.inc({ level }, 0);
    return (level, message, fields) => {
      this.reports.inc({ level });
      report(level, message, fields);
    };
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
