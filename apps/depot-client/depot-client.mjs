#!/usr/bin/env node
/**
 * Works a depot's part requests: acknowledges and ships what is placed here, and keeps a ledger. An example to copy.
 * With nothing but HTTP: `node depot-client.mjs --url http://127.0.0.1:3000 --depot D --token T --state folder`; through
 * Kafka: `--config file --state folder`, the file as `fieldcase depot grant D --json` printed it, and --url and --token
 * beside it for the addresses.
 *
 * Kills of this program and of the server lose and double nothing: the sequence of the feed has no gap, it is stored only
 * after an item's work is done, and every command carries a key made of the sequence, so that a repeat is answered as
 * before.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Api } from './api.mjs';
import { openState } from './state.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { url: text, depot: text, token: text, state: text, config: text } });
const { url, depot, token = process.env.DEPOT_TOKEN, state, config } = values;
if (!state || !(config || (url && depot && token))) {
  console.error(
    'usage: depot-client --url URL --depot ID --state FOLDER --token TOKEN (or DEPOT_TOKEN)\n' +
      '       depot-client --config FILE --state FOLDER [--url URL --token TOKEN]',
  );
  process.exit(2);
}
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stopping.abort());

const api = url && token ? new Api(url, token, stopping.signal) : undefined;
const { follow } = await import(config ? './by-kafka.mjs' : './by-http.mjs');
const granted = config ? JSON.parse(readFileSync(config, 'utf8')) : undefined;
await follow({ api, depot, granted, state: openState(state), signal: stopping.signal }).catch((error) => {
  if (stopping.signal.aborted) return;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
