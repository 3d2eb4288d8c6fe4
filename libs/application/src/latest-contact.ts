import type { EventStore } from '@fieldcase/eventsourcing';
import { caseStream, type Contact } from '@fieldcase/domain';
import type { CaseEvent } from '@fieldcase/domain/events';

/**
 * A case's own latest contact, for the survivor of a merge: the only personal data that a command reads. Who reported a
 * duplicate of this case is somebody else.
 */
export async function latestContact(store: EventStore, caseId: string): Promise<Contact | undefined> {
  const stream = caseStream(caseId);
  const events = (await store.readStreams([stream], { personal: true })).get(stream) ?? [];
  let contact: Contact | undefined;
  for (const event of events as unknown as CaseEvent[]) {
    if (event.type === 'FaultReported') contact = event.data.contact;
    if (event.type === 'DetailsCorrected') contact = event.data.personalChanges?.contact ?? contact;
  }
  return contact;
}
