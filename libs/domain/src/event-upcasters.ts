import { Upcasters } from '@fieldcase/eventsourcing';

/** How stored shapes of earlier versions become those of `eventSchemaVersions`; the stores apply it on read. */
export const eventUpcasters = new Upcasters({});
