import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Config, WorkerRole } from '@fieldcase/config';
import { describeFailure, type Report } from '@fieldcase/postgres';
import { connect, type Connections } from './connections';
import { MetricsServer } from './metrics-server';
import { runConfirmations } from './roles/confirmations';
import { pauseFor } from './roles/pause';
import { runProcesses } from './roles/processes';
import { runProjections } from './roles/projections';
import { runCasesRole, runDepotFeedsRole, runRelayRole } from './roles/publishing';
import { runSurveys } from './roles/surveys';
import { runTimers } from './roles/timers';
import { runUpkeep } from './roles/upkeep';
import { WorkerMetrics } from './worker-metrics';

type Run = (connections: Connections, signal: AbortSignal) => Promise<void>;
const AGAIN_MS = 2_000;

/** Runs the roles of this process; each starts anew when it fails, until the process is told to stop. */
@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly metrics = new WorkerMetrics();
  private readonly report: Report;
  private readonly connections: Connections;
  private server: MetricsServer | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: Config,
    report: Report,
  ) {
    this.report = this.metrics.counting(report);
    this.connections = connect(config, this.report, this.metrics);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.serveMetrics();
    const roles: Record<WorkerRole, Run> = {
      projections: (connections, signal) => runProjections(connections, this.config, signal),
      timers: (connections, signal) => runTimers(connections, this.config, signal),
      processes: (connections, signal) => runProcesses(connections, this.config, signal),
      relay: (connections, signal) => runRelayRole(connections, this.config, signal),
    };
    const cases: Run = (connections, signal) => runCasesRole(connections, this.config, signal);
    const depotFeeds: Run = (connections, signal) => runDepotFeedsRole(connections, this.config, signal);
    const surveys: Run = (connections, signal) => runSurveys(connections, this.config, signal);
    const confirmations: Run = (connections, signal) => runConfirmations(connections, this.config, signal);
    this.report('info', 'worker starts', { roles: this.config.roles.join(), owner: this.connections.owner });
    this.running = Promise.all([
      ...this.config.roles.map((role) => this.keepRunning(role, roles[role])),
      ...(this.config.roles.includes('processes')
        ? [this.keepRunning('surveys', surveys), this.keepRunning('confirmations', confirmations)]
        : []),
      ...(this.config.roles.includes('relay')
        ? [this.keepRunning('relay of cases', cases), this.keepRunning('relay to depots', depotFeeds)]
        : []),
      this.keepRunning('upkeep', runUpkeep),
    ]);
  }

  /** Batches at hand are finished, leases given back, connections closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.server?.close();
    await this.connections.close();
    this.report('info', 'worker stopped');
  }

  /** Before the roles: a port that is taken is a start that fails, and says so. */
  private async serveMetrics(): Promise<void> {
    const { metrics: at } = this.config;
    if (!at) return;
    const checkReady = async (): Promise<void> => void (await this.connections.pool.query('select 1'));
    this.server = new MetricsServer({ ...at, registry: this.metrics.registry, checkReady });
    const port = await this.server.start();
    this.report('info', 'figures are served', { host: at.host, port, path: '/metrics' });
  }

  private async keepRunning(role: string, run: Run): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await run(this.connections, signal);
      } catch (error) {
        this.report('error', 'role failed, starting it again', { role, problem: describeFailure(error) });
        await pauseFor(AGAIN_MS, signal);
      }
    }
  }
}
