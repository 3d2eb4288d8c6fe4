import {
  BOARD_QUEUES,
  BOARD_SORTS,
  CASE_STATUSES,
  parseInstant,
  SUMMARY_GROUPS,
  type BoardQueue,
  type BoardSort,
} from '@fieldcase/contracts';
import { PRIORITIES } from '../cases/intake.dto';
import { Day, Field, Identifier, OneOf, Text } from '../http/fields';
import { Cursor, PageLimit, Position, SpanEnd, WordsOf } from './query-fields';

export class AfterDto {
  @Position('Waits up to 5 s until the answer includes this position, else 503 `read-model.behind`.')
  after?: string;
}

export class PageDto extends AfterDto {
  @PageLimit()
  limit?: string;

  @Cursor()
  cursor?: string;
}

/** What of a page was asked for, as the read models take it. */
export const pageOf = ({ limit, cursor }: { limit: string | undefined; cursor: string | undefined }) => ({
  ...(limit === undefined ? {} : { limit: Number(limit) }),
  ...(cursor === undefined ? {} : { cursor }),
});

export class BoardQueryDto extends PageDto {
  @WordsOf('statuses', CASE_STATUSES, {
    optional: true,
    description: 'One or several, separated by commas.',
    example: 'reported',
  })
  status?: string;

  @OneOf(BOARD_QUEUES, { optional: true })
  queue?: BoardQueue;

  @Text(100, { optional: true, example: '黑龙江' })
  region?: string;

  @Identifier({ optional: true }, 200)
  technicianId?: string;

  @Identifier({ optional: true })
  depotId?: string;

  @Text(100, { optional: true })
  product?: string;

  @OneOf(PRIORITIES, { optional: true })
  priority?: string;

  @Identifier({ optional: true }, 200)
  owner?: string;

  @Text(100, { optional: true, description: 'An import’s name, or `live`.' })
  source?: string;

  @Text(100, { optional: true, description: 'Part of a number, telephone, site or serial.' })
  q?: string;

  @OneOf(BOARD_SORTS, {
    optional: true,
    description:
      'Ascending. `due` (default): the next clock’s, cases without one last; `reportedAt`: the oldest first.',
  })
  sort?: BoardSort;
}

const asOfKind = {
  check: (value: unknown) =>
    typeof value === 'string' && (/^(?:0|[1-9]\d{0,17})$/.test(value) || parseInstant(value) !== undefined),
  expected: ['asOf'],
  schema: { type: 'string', maxLength: 35 },
} as const;

export class CaseQueryDto extends AfterDto {
  @Field(asOfKind, {
    optional: true,
    description:
      'A position, or an instant of recordedAt: the answer as it was known then. What is still to come is refused.',
    example: '2026-11-23T09:00:00+08:00',
  })
  asOf?: string;
}

export class TechniciansQueryDto extends PageDto {
  @Text(100, { optional: true })
  region?: string;

  @Text(100, { optional: true })
  skill?: string;

  @Text(50, { optional: true })
  language?: string;

  @Day({ optional: true, description: 'In Asia/Shanghai; absent: today.' })
  date?: string;
}

export class VisitsQueryDto extends PageDto {
  @Identifier({ description: 'Whose day.' }, 200)
  technicianId!: string;

  @Day({ optional: true, description: 'In Asia/Shanghai; absent: today.' })
  date?: string;
}

export class SummaryQueryDto extends AfterDto {
  @WordsOf('groups', SUMMARY_GROUPS, {
    optional: true,
    description: 'Absent: one group over everything.',
    example: 'target',
  })
  groupBy?: string;

  @SpanEnd({
    optional: true,
    description: 'Month, day (Asia/Shanghai) or instant, inclusive.',
    example: '2026-10',
  })
  from?: string;

  @SpanEnd({ optional: true, description: 'Month or day inclusive, instant exclusive.', example: '2026-11' })
  to?: string;

  @Text(100, { optional: true, description: 'An import’s name, or `live`.' })
  source?: string;
}
