/** What customers say of closed cases (stream `survey:<caseId>`). `cycle` = which closing: 1 + reopenings before it. */

type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

export const RATING_KINDS = ['csat', 'nps'] as const;
export type RatingKind = (typeof RATING_KINDS)[number];
/** `link`: by the customer himself; `telephone`: told to an agent. */
export type RatingVia = 'link' | 'telephone';

/** The link may be used from now on, until `expiresAt`. The link itself is made from the log's secret, never stored. */
export type SurveySent = E<'SurveySent', { cycle: number; expiresAt: string }>;
export type RatingSubmitted = E<
  'RatingSubmitted',
  { cycle: number; kind: RatingKind; score: number; via: RatingVia; channel: string; comment?: string }
>;
export type SurveyEvent = SurveySent | RatingSubmitted;

export const surveyPersonalFields = {
  SurveySent: [],
  RatingSubmitted: ['comment'],
} as const satisfies Record<SurveyEvent['type'], readonly string[]>;

/** csat <= 2, nps <= 6: somebody should ask why. */
export function isLowRating({ kind, score }: { readonly kind: RatingKind; readonly score: number }): boolean {
  return kind === 'csat' ? score <= 2 : score <= 6;
}
