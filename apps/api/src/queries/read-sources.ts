import type { ReferenceData, SurveyLinks } from '@fieldcase/application';
import type { LogSource } from '@fieldcase/eventsourcing';
import type { ReadModelStatus } from '@fieldcase/postgres';
import type {
  ApprovalQueries,
  AssetQueries,
  CaseBoardQueries,
  CaseViews,
  DepotQueries,
  PartViews,
  RatingViews,
  SatisfactionQueries,
  SlaSummaryQueries,
  TechnicianQueries,
} from '@fieldcase/read-models';

export const READ_SOURCES = Symbol('ReadSources');

/** Everything that queries are answered from. */
export interface ReadSources {
  readonly board: Pick<CaseBoardQueries, 'list'>;
  readonly summary: Pick<SlaSummaryQueries, 'summary'>;
  readonly cases: Pick<CaseViews, 'page' | 'timeline' | 'clocks'>;
  readonly parts: Pick<PartViews, 'partRequest' | 'atDepot' | 'card' | 'feed' | 'transfer' | 'adjustment'>;
  readonly depots: Pick<DepotQueries, 'stock' | 'suggestions' | 'worklist'>;
  readonly assets: Pick<AssetQueries, 'asset'>;
  readonly ratings: Pick<RatingViews, 'ofCase' | 'survey'>;
  readonly satisfaction: Pick<SatisfactionQueries, 'figures'>;
  readonly surveyLinks: SurveyLinks;
  readonly technicians: Pick<TechnicianQueries, 'technicians' | 'visits'>;
  readonly approvals: Pick<ApprovalQueries, 'list'>;
  readonly reference: Pick<ReferenceData, 'current'>;
  readonly readModels: Pick<ReadModelStatus, 'waitFor'>;
  readonly log: LogSource;
  /** Epoch ms. */
  readonly now: () => number;
  /** How long `?after=` waits. */
  readonly waitMs: number;
}
