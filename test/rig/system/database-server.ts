import path from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { until, type Bound } from './until';

interface Embedded {
  readonly databaseUrl: string;
  readonly migrationUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<void>;
  lastLines(): string[];
  stop(fastMs?: number): Promise<void>;
}

/** A PostgreSQL of its own on loopback, killed and started again on the same data and at the same port. */
export class DatabaseServer {
  private running: Embedded | undefined;
  private port: number | undefined;

  constructor(private readonly folder: string) {}

  async start(): Promise<void> {
    const { startEmbedded } = await import('../../../libs/postgres/embedded/start-embedded.mjs');
    // Locked by whoever owns the folder: the lock of a server that was killed would stand in the way.
    const server: Embedded = await startEmbedded({
      dataDir: this.folder,
      settings: { max_connections: '200', log_min_messages: 'fatal' },
      locked: true,
    });
    this.running = server;
    this.port ??= server.port;
    if (server.port !== this.port) throw new Error(`port ${this.port} was taken while the database was down`);
  }

  /** The application's. */
  get url(): string {
    return this.server.databaseUrl;
  }

  /** The owner's, a superuser. */
  get ownerUrl(): string {
    return this.server.migrationUrl;
  }

  get pid(): number {
    return this.server.pid;
  }

  private get server(): Embedded {
    if (!this.running) throw new Error('the database was never started');
    return this.running;
  }

  /** The postmaster, as a power cut would end it; its children see it and end as well. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** @param how SIGINT cuts the clients off and writes all, SIGQUIT leaves the rest to the next start */
  async end(how: NodeJS.Signals): Promise<void> {
    process.kill(this.server.pid, how);
    await this.server.exited;
  }

  /** Its files, while they lie where they do by default. */
  get cluster(): string {
    return path.join(this.folder, 'pg');
  }

  /** After a kill. While children of the killed one still end, it is tried again. */
  async restart(bound: Bound = { withinMs: 60_000 }): Promise<void> {
    let problem = '';
    const started = async (): Promise<boolean> => {
      try {
        await this.start();
        return true;
      } catch (error) {
        problem = String(error);
        return false;
      }
    };
    await until('PostgreSQL to start again', started, bound, () => problem);
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.ownerUrl, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  lastWords(): string {
    return this.running?.lastLines().join('\n') ?? '';
  }

  async stop(): Promise<void> {
    await this.running?.stop(3_000);
  }
}
