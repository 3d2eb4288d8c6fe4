/** `GET /assets/{serial}`: a machine's cases, and how long it stood still (R25). */
import type { Instant } from '@fieldcase/eventsourcing';
import type { AssetView, Scope } from '@fieldcase/contracts';
import { Parameters, visibleSql } from '../access';
import { downtimesOf, lengthOf } from '../fold/downtime';
import { unpacked } from '../fold/packed-fold';
import { durationText, instantText } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

interface AssetRecord {
  id: string;
  number: string;
  status: string;
  case_type: string;
  product: string | null;
  reported_at: Date;
  fold: Buffer;
}

/** One machine does not have more in its life. */
const MOST = 1_000;

export class AssetQueries {
  constructor(
    private readonly client: QueryClient,
    private readonly positionOf: PositionOf,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /** Of the cases that the caller may see; null where there is none: he is not told that the machine is known. */
  async asset(scope: Scope, serial: string, now: Instant): Promise<AssetView | null> {
    const position = String(await this.positionOf('case-board'));
    const parameters = new Parameters();
    const columns = { region: 'region', technicians: 'technicians', open: 'is_open' };
    const { rows } = await this.client.query<AssetRecord>(
      `select id, number, status, case_type, product, reported_at, fold from ${this.schema}.case_board
       where id in (select id from ${this.schema}.case_search where serial = ${parameters.add(serial)}) and ${visibleSql(scope, columns, parameters)}
       order by reported_at desc, id limit ${MOST}`,
      parameters.values,
    );
    if (rows.length === 0) return null;
    const spans = rows.map(({ fold }) => downtimesOf(unpacked(fold)));
    return {
      serial,
      downtime: durationText(lengthOf(spans.flat(), now)),
      down: spans.flat().some(({ to }) => to === null),
      cases: rows.map((row, index) => ({
        id: row.id,
        number: row.number,
        status: row.status,
        caseType: row.case_type,
        product: row.product,
        reportedAt: instantText(row.reported_at.getTime()),
        downtime: durationText(lengthOf(spans[index] ?? [], now)),
      })),
      position,
    };
  }
}
