import { setTimeout as pause } from 'node:timers/promises';

/** Asks as long as it takes: a server that is away or busy is asked again. */
export class Api {
  constructor(url, token, signal) {
    Object.assign(this, { url, token, signal });
  }

  async ask(path, options = {}) {
    const { url, token, signal } = this;
    for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
      signal.throwIfAborted();
      try {
        const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en', ...options.headers };
        const response = await fetch(`${url}/api/v1${path}`, { ...options, headers, signal });
        if (response.status < 500 && response.status !== 429)
          return { status: response.status, body: await response.json() };
      } catch (error) {
        if (signal.aborted) throw error;
      }
      await pause(wait, undefined, { signal });
    }
  }

  /** With whom and where it goes; asked before it is sent. */
  async request(partRequestId) {
    return (await this.ask(`/part-requests/${encodeURIComponent(partRequestId)}`)).body;
  }
}
