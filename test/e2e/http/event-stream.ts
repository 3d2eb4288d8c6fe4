import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { ServedApi } from './api-fixture';
import { documentedSchemas } from './documented';

export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: {
    readonly id: string;
    readonly caseId: string;
    readonly depotId?: string;
    readonly version: number;
    readonly type: string;
  };
}

/** A reader of `/api/v1/live`. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  /** Comments and retry lines. */
  readonly others: string[] = [];
  readonly ended: Promise<void>;
  private rest = '';
  private readonly wakes = new Set<() => void>();
  private over = false;

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.take(chunk));
    response.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      response.once('close', () => {
        this.over = true;
        this.wake();
        resolve();
      });
    });
  }

  static async open(api: ServedApi, token: string, lastEventId?: string): Promise<EventStream> {
    const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...resume };
    const request = get(`${api.url}/api/v1/live`, { headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const stream = new EventStream(response);
    await stream.until(() => stream.others.length > 0);
    return stream;
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.over) {
      await new Promise<void>((resolve) => {
        this.wakes.add(resolve);
      });
    }
  }

  /** The first so many events. */
  async first(count: number): Promise<readonly StreamEvent[]> {
    await this.until(() => this.events.length >= count);
    return this.events.slice(0, count);
  }

  close(): void {
    this.response.destroy();
  }

  private take(chunk: string): void {
    const frames = (this.rest + chunk).split('\n\n');
    this.rest = frames.pop() ?? '';
    for (const frame of frames) {
      const fields = new Map(frame.split('\n').map((line) => splitLine(line)));
      const data = fields.get('data');
      if (data === undefined) this.others.push(frame);
      else {
        const event = JSON.parse(data) as StreamEvent['data'];
        const wrong = documentedSchemas.problems({ $ref: '#/components/schemas/LiveEvent' }, event);
        if (wrong.length > 0) throw new Error(`a live event is not as docs/openapi.json says: ${wrong.join(', ')}`);
        this.events.push({ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: event });
      }
    }
    this.wake();
  }

  private wake(): void {
    for (const wake of [...this.wakes]) wake();
    this.wakes.clear();
  }
}

function splitLine(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return [line.slice(0, colon), line.slice(colon + 2)];
}
