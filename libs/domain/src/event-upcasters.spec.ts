import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredShape } from '@fieldcase/eventsourcing';
import { upcasterContract } from '@fieldcase/eventsourcing/testing';
import { casePersonalFields } from './case/case.events';
import { eventSchemaVersions } from './event-schema-versions';
import { eventUpcasters } from './event-upcasters';
import { clockPersonalFields } from './sla/clock.events';

const folder = join(__dirname, '../golden');

upcasterContract('Fieldcase', () => ({
  upcasters: eventUpcasters,
  currentVersions: eventSchemaVersions,
  golden: readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as StoredShape),
  personalFields: { ...casePersonalFields, ...clockPersonalFields },
}));
