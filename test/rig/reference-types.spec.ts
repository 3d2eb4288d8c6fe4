import { referenceEventTypes } from '@fieldcase/domain/events';
import { referenceTypes } from '../../libs/postgres/src/migrations/event-store-tables.sql';

it('every type of reference data is in the index that reads it (a new one needs a migration)', () => {
  expect(referenceTypes).toEqual(referenceEventTypes);
});
