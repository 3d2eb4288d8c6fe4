import type { OnApplicationShutdown } from '@nestjs/common';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { OperationsSnapshot } from './operations';
import { SystemMetrics } from './system-metrics';

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
  private readonly system = new SystemMetrics(this.registry);

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
    for (const [state, count] of Object.entries(snapshot.pool)) this.pool.set({ state }, count);
    this.system.set(snapshot);
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
