import type { EventStore } from '@fieldcase/eventsourcing';
import { caseStream, type Contact } from '@fieldcase/domain';

/** A case's latest contact, for the survivor of a merge: the only personal data that a command reads. */
export async function latestContact(store: EventStore, caseId: string): Promise<Contact | undefined> {
  const stream = caseStream(caseId);
  const events = (await store.readStreams([stream], { personal: true })).get(stream) ?? [];
  let contact: Contact | undefined;
  for (const { data } of events) {
    const fields = data as { contact?: Contact; personalChanges?: { contact?: Contact } };
    contact = fields.personalChanges?.contact ?? fields.contact ?? contact;
  }
  return contact;
}
