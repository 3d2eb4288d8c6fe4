/** `GET /cases/{id}/timeline`: every event in order, in words of the business. */
export interface TimelineEntry {
  readonly position: string;
  readonly type: string;
  /** One sentence in the caller's language; no personal text where the caller may not see it. */
  readonly text: string;
  readonly actor: string;
  readonly actorRole: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  /** Recorded more than a minute after it happened; never for imported history. */
  readonly late: boolean;
  /** Import only: the file's row. */
  readonly row?: number;
  /** Import only: the second file of the mapping, where `row` is one of that. */
  readonly file?: string;
}

export interface CaseTimelineView {
  readonly items: readonly TimelineEntry[];
  readonly position: string;
}
