import { SATISFACTION_GROUPS } from '@fieldcase/contracts';
import { OccurredDto } from '../cases/intake.dto';
import { Field, OneOf, Prose, Text, WholeNumber } from '../http/fields';
import { SpanEnd, WordsOf } from '../queries/query-fields';
import { AfterDto } from '../queries/query.dto';

/** csat 1-5, nps 0-10: which of them is for the decider to say. */
const Score = (): PropertyDecorator => WholeNumber(0, 10, { description: 'csat: 1 to 5; nps: 0 to 10.', example: 5 });
const Kind = (): PropertyDecorator => OneOf(['csat', 'nps'], { optional: true, description: 'Default csat.' });
const Comment = (): PropertyDecorator =>
  Prose(2_000, { optional: true, description: 'Personal data.', example: '师傅很快就到了' });

export class SubmitRatingDto extends OccurredDto {
  @Kind()
  kind?: 'csat' | 'nps';

  @Score()
  score!: number;

  @Comment()
  comment?: string;

  @Text(50, { description: 'How the customer told it.', example: 'phone' })
  channel!: string;
}

/** By the customer himself. */
export class AnswerSurveyDto {
  @Kind()
  kind?: 'csat' | 'nps';

  @Score()
  score!: number;

  @Comment()
  comment?: string;

  @Text(50, { optional: true, example: 'web' })
  channel?: string;
}

/** Whether it is a score is for the page to say, in the customer's language. */
const anyText = {
  check: (value: unknown) => typeof value === 'string' && value.length <= 20,
  expected: ['text', 20],
  schema: { type: 'string' },
} as const;

/** What the page's form sends: every field is a text, and empty where nothing was chosen. */
export class SurveyFormDto {
  @Field(anyText, { optional: true })
  csat?: string;

  @Field(anyText, { optional: true })
  nps?: string;

  @Field(
    {
      check: (value) => typeof value === 'string' && [...value].length <= 2_000,
      expected: ['text', 2_000],
      schema: { type: 'string' },
    },
    { optional: true },
  )
  comment?: string;

  @OneOf(['zh-CN', 'en'], { optional: true })
  lang?: 'zh-CN' | 'en';
}

export class SatisfactionQueryDto extends AfterDto {
  @WordsOf('groups', SATISFACTION_GROUPS, {
    optional: true,
    description: 'Absent: one group over everything.',
    example: 'depot',
  })
  groupBy?: string;

  @SpanEnd({ optional: true, description: 'Month, day (Asia/Shanghai) or instant, inclusive.', example: '2026-10' })
  from?: string;

  @SpanEnd({ optional: true, description: 'Month or day inclusive, instant exclusive.', example: '2026-11' })
  to?: string;
}
