#!/usr/bin/env node
/**
 * Works a depot's part requests with nothing but HTTP: acknowledges and ships what is placed here, and keeps a ledger.
 * An example to copy. `node depot-client.mjs --url http://127.0.0.1:3000 --depot D --token T --state folder`
 *
 * Kills of this program and of the server lose and double nothing: the sequence of the feed has no gap, it is stored only
 * after an item's work is done, and every command carries a key made of the sequence, so that a repeat is answered as
 * before.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values } = parseArgs({ options: { url: text, depot: text, token: text, state: text } });
const { url, depot, token = process.env.DEPOT_TOKEN, state } = values;
if (!url || !depot || !token || !state) {
  console.error('usage: depot-client --url URL --depot ID --state FOLDER --token TOKEN (or DEPOT_TOKEN)');
  process.exit(2);
}
mkdirSync(state, { recursive: true });
const sequenceFile = join(state, 'sequence');
const ledgerFile = join(state, 'ledger.tsv');
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stopping.abort());

/** As long as it takes: a server that is away or busy is asked again. */
async function ask(path, options = {}) {
  for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
    stopping.signal.throwIfAborted();
    try {
      const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en', ...options.headers };
      const response = await fetch(`${url}/api/v1${path}`, { ...options, headers, signal: stopping.signal });
      if (response.status < 500 && response.status !== 429)
        return { status: response.status, body: await response.json() };
    } catch (error) {
      if (stopping.signal.aborted) throw error;
    }
    await pause(wait, undefined, { signal: stopping.signal });
  }
}

/** @returns whether the request is still ours; one that has moved on meanwhile is another depot's business */
async function tell(path, key, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status < 300) return true;
  if (answer.status === 404 || answer.status === 409) return false;
  throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

async function work({ sequence, change, partRequestId }) {
  if (change !== 'placed') return;
  const path = `/part-requests/${encodeURIComponent(partRequestId)}`;
  const key = `${depot}-${sequence}`;
  const { body: request } = await ask(path);
  // Already acknowledged by hand is as good; what counts is whether it can be shipped.
  await tell(`${path}/acknowledgement`, `${key}-acknowledge`, {});
  if (request.serialised) return console.log(`${sequence} left to people: ${partRequestId} wants serial numbers`);
  const parcel = { carrier: 'own', trackingNumber: key };
  if (!(await tell(`${path}/shipment`, `${key}-ship`, parcel))) return;
  const written = existsSync(ledgerFile) ? readFileSync(ledgerFile, 'utf8') : '';
  // Killed between the ledger and the sequence: the line stands already.
  if (written.split('\n').some((line) => line.startsWith(`${sequence}\t`))) return;
  const { siteName = '', contact, address = '' } = request.shipTo ?? {};
  const label = [siteName, contact ? `${contact.name} ${contact.phone}` : '', address];
  appendFileSync(
    ledgerFile,
    `${[sequence, partRequestId, request.partNumber, request.quantity, ...label].join('\t')}\n`,
  );
  console.log(`${sequence} shipped ${partRequestId}: ${request.quantity} x ${request.partNumber} to ${address}`);
}

async function follow() {
  let after = existsSync(sequenceFile) ? Number(readFileSync(sequenceFile, 'utf8')) : 0;
  console.log(`${depot} goes on after ${after}`);
  for (;;) {
    const { status, body } = await ask(
      `/depots/${encodeURIComponent(depot)}/part-requests/feed?after=${after}&wait=20`,
    );
    if (status !== 200) throw new Error(`the feed answers ${status}: ${body.detail}`);
    for (const item of body.items) {
      if (item.sequence !== after + 1) throw new Error(`a gap: ${item.sequence} came after ${after}`);
      await work(item);
      writeFileSync(`${sequenceFile}.new`, String(item.sequence));
      renameSync(`${sequenceFile}.new`, sequenceFile);
      after = item.sequence;
    }
  }
}

await follow().catch((error) => {
  if (stopping.signal.aborted) return;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
