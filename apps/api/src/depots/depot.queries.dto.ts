import type { Language } from '@fieldcase/contracts';
import { Field, Identifier, OneOf } from '../http/fields';
import { AfterDto, PageDto } from '../queries/query.dto';
import { PageLimit } from '../queries/query-fields';

const wholeText = (max: number) => (value: unknown) =>
  typeof value === 'string' && /^(?:0|[1-9]\d{0,9})$/.test(value) && Number(value) <= max;

/** The longest that a feed is waited for; proxies cut at 30 s. */
export const LONGEST_WAIT_S = 20;
const LARGEST_SEQUENCE = 2 ** 31 - 1;

export class FeedQueryDto {
  @Field(
    {
      check: wholeText(LARGEST_SEQUENCE),
      expected: ['whole', 0, LARGEST_SEQUENCE],
      schema: { type: 'integer', minimum: 0, maximum: LARGEST_SEQUENCE, default: 0 },
    },
    { optional: true, description: 'The last sequence that the depot has; its own number, not a position.' },
  )
  after?: string;

  @Field(
    {
      check: wholeText(LONGEST_WAIT_S),
      expected: ['whole', 0, LONGEST_WAIT_S],
      schema: { type: 'integer', minimum: 0, maximum: LONGEST_WAIT_S, default: 0 },
    },
    { optional: true, description: 'Seconds to wait while there is nothing new.' },
  )
  wait?: string;

  @PageLimit()
  limit?: string;
}

export class DepotStockQueryDto extends PageDto {
  @Identifier({ optional: true }, 100)
  partNumber?: string;

  @Identifier({ optional: true, description: '`own`, or a maker’s id.' })
  owner?: string;
}

export class FormQueryDto extends AfterDto {
  @OneOf(['zh-CN', 'en'], { optional: true, description: 'Of the printed form; absent: `Accept-Language`.' })
  lang?: Language;
}
