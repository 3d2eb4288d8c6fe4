/** An event's data; `at` turns an ISO instant into local text. Facts are looked up by name, absent ones are left out. */
export interface TimelineFacts {
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: (iso: unknown) => string;
  /** Of a correction: what the fields that are not personal said before, where it is known. */
  readonly before?: Readonly<Record<string, unknown>>;
}
export type TimelineTemplate = (facts: TimelineFacts) => string;

/** One event type's sentence in each language. */
export interface Template {
  readonly en: TimelineTemplate;
  readonly zh: TimelineTemplate;
}
