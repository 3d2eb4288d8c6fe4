import { eventStoreContract } from '../testing/event-store.contract';
import { logSourceContract } from '../testing/log-source.contract';
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
