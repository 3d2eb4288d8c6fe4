/**
 * The survey after a closing (R63): sent once, answered once per kind, while the case is closed and for 14 days. Which
 * closing it is, the case says: its stream is checked in the same append, so that no reopening slips between.
 */
import {
  Rejection,
  streamId,
  type CommandContext,
  type Decided,
  type Decider,
  type Instant,
  type RejectionKind,
} from '@fieldcase/eventsourcing';
import { requireOrder } from '../case/case.requirements';
import type { CaseState } from '../case/case.state';
import type { RatingKind, RatingVia, SurveyEvent } from './survey.events';

export const surveyRefusals = {
  /** A link that we did not make. */
  'survey.unknown': 'absent',
  'rating.score': 'malformed',
  'rating.case-not-closed': 'conflict',
  'rating.already-given': 'conflict',
  'rating.too-late': 'conflict',
  'rating.enquiry': 'conflict',
  'rating.by-technician': 'forbidden',
} as const satisfies Record<string, RejectionKind>;
type Code = keyof typeof surveyRefusals;

export function surveyRefusal(code: Code, params: Record<string, unknown> = {}, errors?: Record<string, string>) {
  return new Rejection(code, surveyRefusals[code], params, errors);
}

/** How long after its closing a case may be rated. */
export const RATING_WINDOW_MS = 14 * 24 * 3_600_000;
const RANGES: Readonly<Record<RatingKind, readonly [least: number, most: number]>> = { csat: [1, 5], nps: [0, 10] };

/** Of the case, what its rating depends on. */
export type RatedCase = Pick<CaseState, 'phase' | 'cycle' | 'closedAt'> & { readonly caseType: string };
export type SurveyCommand =
  | { readonly type: 'SendSurvey'; readonly case: RatedCase; readonly cycle: number }
  | {
      readonly type: 'SubmitRating';
      readonly case: RatedCase;
      /** Which closing a link was made for; absent: the present one. */
      readonly cycle?: number;
      readonly kind: RatingKind;
      readonly score: number;
      readonly via: RatingVia;
      readonly channel: string;
      readonly comment?: string;
    };

export interface SurveyState {
  /** Cycles whose survey was sent. */
  readonly sent: readonly number[];
  readonly given: readonly { readonly cycle: number; readonly kind: RatingKind }[];
}

export function surveyStream(caseId: string): string {
  return streamId('survey', caseId);
}

export const surveyDecider: Decider<SurveyCommand, SurveyEvent, SurveyState> = {
  initialState: { sent: [], given: [] },
  decide: (command, state, context) =>
    command.type === 'SendSurvey' ? send(command, state, context) : submit(command, state, context),
  evolve(state, event) {
    switch (event.type) {
      case 'SurveySent':
        return { ...state, sent: [...state.sent, event.data.cycle] };
      case 'RatingSubmitted': {
        const { cycle, kind } = event.data;
        return { ...state, given: [...state.given, { cycle, kind }] };
      }
      default:
        event satisfies never;
        return state;
    }
  },
};

const isOver = (closedAt: Instant, { now }: CommandContext): boolean => now > closedAt + RATING_WINDOW_MS;

/** Nothing where there is nothing to ask any more. */
function send(
  { case: rated, cycle }: Extract<SurveyCommand, { type: 'SendSurvey' }>,
  state: SurveyState,
  context: CommandContext,
): readonly Decided<SurveyEvent>[] {
  const { phase, closedAt, caseType } = rated;
  const due = phase === 'closed' && rated.cycle === cycle && caseType !== 'enquiry' && closedAt !== null;
  if (!due || isOver(closedAt, context) || state.sent.includes(cycle)) return [];
  if (state.given.some((rating) => rating.cycle === cycle)) return [];
  return [{ type: 'SurveySent', data: { cycle, expiresAt: new Date(closedAt + RATING_WINDOW_MS).toISOString() } }];
}

function submit(
  command: Extract<SurveyCommand, { type: 'SubmitRating' }>,
  state: SurveyState,
  context: CommandContext,
): readonly Decided<SurveyEvent>[] {
  const { case: rated, kind, score, via, channel, comment } = command;
  const [least, most] = RANGES[kind];
  if (!Number.isInteger(score) || score < least || score > most) {
    throw surveyRefusal('rating.score', { kind, least, most }, { score: `a whole number from ${least} to ${most}` });
  }
  if (context.roles.includes('technician')) throw surveyRefusal('rating.by-technician');
  if (rated.caseType === 'enquiry') throw surveyRefusal('rating.enquiry');
  const cycle = command.cycle ?? rated.cycle;
  if (rated.phase !== 'closed' || rated.closedAt === null || rated.cycle !== cycle) {
    throw surveyRefusal('rating.case-not-closed');
  }
  if (isOver(rated.closedAt, context)) {
    throw surveyRefusal('rating.too-late', { until: new Date(rated.closedAt + RATING_WINDOW_MS).toISOString() });
  }
  requireOrder(context, rated.closedAt, 'CaseClosed');
  if (state.given.some((rating) => rating.cycle === cycle && rating.kind === kind)) {
    throw surveyRefusal('rating.already-given', { kind });
  }
  return [{ type: 'RatingSubmitted', data: { cycle, kind, score, via, channel, ...(comment && { comment }) } }];
}
