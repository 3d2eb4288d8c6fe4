/**
 * How a file of history becomes facts. The wire form (JSON or YAML) is checked by the schema in
 * `@fieldcase/contracts`; this is what is left after the check.
 */
import type { NoteKind, PauseReason, Resolution } from '../case/case.events';

/** A fixed text, or the text of a column; `map` translates it, `default` stands for an empty or unmapped cell. */
export type FieldSource =
  | string
  | {
      readonly column: string;
      readonly map?: Readonly<Record<string, string>> | undefined;
      readonly default?: string | undefined;
    };

/** Fields of the report. Everything but the region may be absent in history. */
export const REPORT_FIELDS = [
  'region',
  'county',
  'siteName',
  'contactName',
  'contactPhone',
  'address',
  'faultDescription',
  'product',
  'assetSerial',
  'caseType',
  'priority',
  'channel',
  'firstContact',
  'specialDemands',
] as const;
export type ReportField = (typeof REPORT_FIELDS)[number];

/** All given tests of one condition must hold; texts are compared after trimming. */
export interface RowCondition {
  readonly column: string;
  readonly equals?: string | undefined;
  readonly in?: readonly string[] | undefined;
  /** A JavaScript regular expression, found anywhere in the cell. */
  readonly matches?: string | undefined;
  readonly empty?: boolean | undefined;
}

export interface MaterialsSource {
  readonly partNumber: FieldSource;
  readonly quantity: FieldSource;
  readonly serial?: FieldSource | undefined;
  /** `van` when absent. */
  readonly source?: FieldSource | undefined;
}

export interface DiagnosisSource {
  readonly faultCode: FieldSource;
  readonly cause?: FieldSource | undefined;
  readonly correction?: FieldSource | undefined;
}

/** "Rows that look like this are that event": the first rule whose conditions all hold decides. */
export type RowRule = { readonly when?: readonly RowCondition[] | undefined } & (
  | { readonly event: 'ignore' }
  | { readonly event: 'note'; readonly text?: FieldSource | undefined; readonly kind?: NoteKind | undefined }
  | { readonly event: 'dispatch'; readonly technician?: FieldSource | undefined }
  | { readonly event: 'arrival'; readonly technician?: FieldSource | undefined }
  | { readonly event: 'diagnosis'; readonly diagnosis: DiagnosisSource }
  | {
      readonly event: 'completion';
      readonly fixed?: boolean | undefined;
      readonly reason?: FieldSource | undefined;
      readonly diagnosis?: DiagnosisSource | undefined;
      readonly materials?: MaterialsSource | undefined;
    }
  | { readonly event: 'materials'; readonly materials: MaterialsSource }
  | {
      readonly event: 'pause';
      readonly reason: PauseReason;
      readonly note?: FieldSource | undefined;
      /** `nextRow` (default): until the case's next row; `resume`: until a row that a `resume` rule matches. */
      readonly until?: 'nextRow' | 'resume' | undefined;
    }
  | { readonly event: 'resume'; readonly reason?: PauseReason | undefined }
  | { readonly event: 'informed'; readonly result?: FieldSource | undefined; readonly channel?: string | undefined }
  | { readonly event: 'close'; readonly resolution?: Resolution | undefined; readonly note?: FieldSource | undefined }
);

export interface TimeSource {
  readonly column: string;
  /** `rfc3339`, `excel-serial`, `epoch-seconds`, `epoch-millis`, or letters as in `yyyy-MM-dd HH:mm:ss`. */
  readonly format: string;
  /** IANA zone of local times. */
  readonly zone: string;
  /** What a local time that comes twice means; `reject` when absent. */
  readonly ambiguous?: 'reject' | 'earlier' | 'later' | undefined;
}

/** Rules that a row of a second file may be: it happens with the row that it belongs to. */
export type JoinedRule = RowRule & { readonly event: 'ignore' | 'note' | 'materials' };

/** A second file whose rows belong to rows of the first, as parts do to the order that they were used on. */
export interface JoinSource {
  /** Its name, beside the first file. */
  readonly file: string;
  /** The column, in both files, by which a row finds the one that it belongs to. */
  readonly on: string;
  readonly rules: readonly JoinedRule[];
}

export interface HistoryMapping {
  readonly source: string;
  readonly format: { readonly type: 'csv'; readonly delimiter: string; readonly quote: string };
  readonly encoding: string;
  /** Columns that together name the case. */
  readonly case: readonly string[];
  readonly time: TimeSource;
  readonly fields: Partial<Readonly<Record<ReportField, FieldSource | undefined>>>;
  readonly rules: readonly RowRule[];
  readonly join?: JoinSource | undefined;
  /** What becomes of a case without a closing row. */
  readonly closeAt: 'lastRow' | 'open';
}
