export async function follow({ api, depot, state }) {
  console.log(`${depot} goes on after ${state.after}`);
  for (;;) {
    const path = `/depots/${encodeURIComponent(depot)}/part-requests/feed?after=${state.after}&wait=20`;
    const { status, body } = await api.ask(path);
    if (status !== 200) throw new Error(`the feed answers ${status}: ${body.detail}`);
    for (const item of body.items) {
      if (item.sequence !== state.after + 1) throw new Error(`a gap: ${item.sequence} came after ${state.after}`);
      await work(api, depot, item, state);
      state.advance(item.sequence);
    }
  }
}

async function work(api, depot, { sequence, change, partRequestId }, state) {
  if (change !== 'placed') return;
  const path = `/part-requests/${encodeURIComponent(partRequestId)}`;
  const key = `${depot}-${sequence}`;
  const request = await api.request(partRequestId);
  // Already acknowledged by hand is as good; what counts is whether it can be shipped.
  await tell(api, `${path}/acknowledgement`, `${key}-acknowledge`, {});
  if (request.serialised) return console.log(`${sequence} left to people: ${partRequestId} wants serial numbers`);
  const parcel = { carrier: 'own', trackingNumber: key };
  if (!(await tell(api, `${path}/shipment`, `${key}-ship`, parcel))) return;
  state.shipped({ ...request, sequence, partRequestId }, request.shipTo);
}

/** @returns whether the request is still ours; one that has moved on meanwhile is another depot's business */
async function tell(api, path, key, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await api.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status < 300) return true;
  if (answer.status === 404 || answer.status === 409) return false;
  throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
