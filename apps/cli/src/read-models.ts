import type { Pool } from 'pg';
import type { Projection } from '@fieldcase/eventsourcing';
import { PostgresPersonalData } from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';

/** The projections of this release, ready to be applied. */
export const readModels = (pool: Pool): readonly Projection[] => projections(new PostgresPersonalData(pool));

/** Names, versions and tables alone: nothing can be applied with these. */
export const readModelList: readonly Pick<Projection, 'name' | 'version' | 'tables'>[] = projections({
  fetch: () => Promise.reject(new Error('this list of read models has no database')),
});
