import { eventStoreContract } from '../testing/event-store.contract';
import { LogOfShards } from '../log-of-shards';
import { SHARDS } from '../stream-id';
import { logSourceContract } from '../testing/log-source.contract';
import { sharedLogSourceContract } from '../testing/shared-log-source.contract';
import { InMemoryEventStore } from './in-memory-event-store';
import { InMemoryLogSource } from './in-memory-log-source';

eventStoreContract('in memory', async () => {
  const store = new InMemoryEventStore();
  return { store, personal: store };
});

logSourceContract('in memory', async () => {
  const store = new InMemoryEventStore();
  return { store, source: new InMemoryLogSource(store) };
});

sharedLogSourceContract('in memory', async () => {
  const store = new InMemoryEventStore();
  const log = new InMemoryLogSource(store);
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const sources = [shards.slice(0, 5), shards.slice(5)].map((share) => new LogOfShards(log, share));
  return { store, sources };
});
