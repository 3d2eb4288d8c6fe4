import type { OnApplicationShutdown } from '@nestjs/common';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { OperationsSnapshot } from './operations';

export type CommandOutcome = 'accepted' | 'replayed' | 'refused' | 'failed';
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What `/metrics` serves: no label ever holds an id, a name or an address. */
export class Metrics implements OnApplicationShutdown {
  readonly registry = new Registry();
  private readonly commands = new Histogram({
    name: 'fieldcase_command_duration_seconds',
    help: 'Commands by type and outcome',
    labelNames: ['command', 'outcome'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly requests = new Histogram({
    name: 'fieldcase_http_request_duration_seconds',
    help: 'HTTP requests by route pattern, method and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly liveClients = this.gauge('fieldcase_live_clients', 'Open event streams');
  private readonly liveDropped = new Counter({
    name: 'fieldcase_live_dropped_total',
    help: 'Event streams closed because their reader was too slow',
    registers: [this.registry],
  });
  private readonly loopLag: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 });
  private readonly loop = this.gauge('fieldcase_event_loop_lag_seconds', 'Since the last scrape', ['quantile']);
  private readonly memory = this.gauge('fieldcase_process_memory_bytes', 'By kind', ['kind']);
  private readonly pool = this.gauge('fieldcase_pool_connections', 'Database connections by state', ['state']);
  private readonly head = this.gauge('fieldcase_log_head', 'Highest position of the log');
  private readonly lagEvents = this.gauge('fieldcase_projection_lag_events', 'Positions behind', ['projection']);
  private readonly lagSeconds = this.gauge('fieldcase_projection_lag_seconds', 'Age of the oldest unseen event', [
    'projection',
  ]);
  private readonly parked = this.gauge('fieldcase_parked_events', 'Set aside', ['projection']);
  private readonly behindEvents = this.gauge('fieldcase_subscription_lag_events', 'Positions behind', ['subscription']);
  private readonly behindSeconds = this.gauge('fieldcase_subscription_lag_seconds', 'Age of the oldest unseen event', [
    'subscription',
  ]);
  private readonly timers = this.gauge('fieldcase_timers', 'Timers by state', ['state']);
  private readonly timerLateness = this.gauge('fieldcase_timer_oldest_lateness_seconds', 'Of timers due');
  private readonly timerFired = this.gauge('fieldcase_timer_fired_lateness_seconds', 'Of timers fired lately', [
    'quantile',
  ]);

  start(): void {
    this.loopLag.enable();
  }
  onApplicationShutdown(): void {
    this.loopLag.disable();
  }

  /** @returns to be called once with the outcome */
  commandStarted(command: string): (outcome: CommandOutcome) => void {
    const stop = this.commands.startTimer({ command });
    return (outcome) => void stop({ outcome });
  }

  requestEnded(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  liveOpened(): void {
    this.liveClients.inc();
  }
  liveClosed(tooSlow: boolean): void {
    this.liveClients.dec();
    if (tooSlow) this.liveDropped.inc();
  }

  /** Text of the Prometheus exposition format. */
  async render(snapshot: OperationsSnapshot): Promise<string> {
    this.measureProcess();
    this.head.set(Number(snapshot.log.head));
    for (const [state, count] of Object.entries(snapshot.pool)) this.pool.set({ state }, count);
    for (const { name, lagEvents, lagSeconds, parked } of snapshot.projections) {
      this.lagEvents.set({ projection: name }, lagEvents);
      this.lagSeconds.set({ projection: name }, lagSeconds);
      this.parked.set({ projection: name }, parked);
    }
    for (const { name, lagEvents, lagSeconds } of snapshot.subscriptions) {
      this.behindEvents.set({ subscription: name }, lagEvents);
      this.behindSeconds.set({ subscription: name }, lagSeconds);
    }
    const { open, due, oldestLatenessMs, fired } = snapshot.timers;
    this.timers.set({ state: 'open' }, open);
    this.timers.set({ state: 'due' }, due);
    this.timerLateness.set(oldestLatenessMs / 1_000);
    if (fired) {
      this.timerFired.set({ quantile: '0.5' }, fired.p50 / 1_000);
      this.timerFired.set({ quantile: '0.99' }, fired.p99 / 1_000);
      this.timerFired.set({ quantile: '1' }, fired.max / 1_000);
    }
    return this.registry.metrics();
  }

  private measureProcess(): void {
    for (const quantile of [50, 99, 100]) {
      const nanoseconds = this.loopLag.percentile(quantile);
      this.loop.set({ quantile: String(quantile / 100) }, Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
    }
    this.loopLag.reset();
    const { rss, heapUsed, external } = process.memoryUsage();
    this.memory.set({ kind: 'rss' }, rss);
    this.memory.set({ kind: 'heap-used' }, heapUsed);
    this.memory.set({ kind: 'external' }, external);
  }

  private gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge<Label>({ name, help, labelNames, registers: [this.registry] });
  }
}
