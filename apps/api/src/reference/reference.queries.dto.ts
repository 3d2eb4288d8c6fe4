import { Field, OneOf, Text } from '../http/fields';
import { AfterDto, PageDto } from '../queries/query.dto';
import { DEPOT_KINDS } from './reference.dto';

export class DepotsQueryDto extends PageDto {
  @Text(100, { optional: true, example: '黑龙江' })
  region?: string;

  @OneOf(DEPOT_KINDS, { optional: true })
  kind?: (typeof DEPOT_KINDS)[number];
}

export class PartsQueryDto extends PageDto {
  @Text(100, { optional: true, description: 'Part of a number or a name.', example: 'PUMP' })
  q?: string;
}

export class PopulationsQueryDto extends PageDto {
  @Text(100, { optional: true, example: '双城区' })
  county?: string;

  @Text(100, { optional: true, example: 'harvester-4LZ' })
  product?: string;
}

const MOST_VERSIONS = 1_000_000;

export class PolicyQueryDto extends AfterDto {
  @Field(
    {
      check: (value) => typeof value === 'string' && /^[1-9]\d{0,6}$/.test(value) && Number(value) <= MOST_VERSIONS,
      expected: ['whole', 1, MOST_VERSIONS],
      schema: { type: 'integer', minimum: 1, maximum: MOST_VERSIONS },
    },
    { optional: true, description: 'The version that a clock names; absent: the latest.' },
  )
  version?: string;
}
