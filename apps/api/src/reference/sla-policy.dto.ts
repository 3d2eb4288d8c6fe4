import { isDay } from '@fieldcase/contracts';
import { parseDuration } from '@fieldcase/domain/sla';
import { CASE_TYPES, OccurredDto, PRIORITIES } from '../cases/intake.dto';
import { PAUSE_REASONS } from '../cases/ending.dto';
import { Field, Identifier, OneOf, Text, type FieldKind } from '../http/fields';
import { ListOf, Nested } from '../http/nested-fields';

const YEAR_MS = 365 * 24 * 3_600_000;

/** 29 February exists in some years: the day is asked of a leap year. */
const monthDay: FieldKind = {
  check: (value) => typeof value === 'string' && /^\d{2}-\d{2}$/.test(value) && isDay(`2024-${value}`),
  expected: ['monthDay'],
  schema: { type: 'string', pattern: '^\\d{2}-\\d{2}$' },
};

const isDuration = (value: unknown): boolean => {
  const ms = typeof value === 'string' && value.length <= 40 ? parseDuration(value) : null;
  return ms !== null && ms > 0 && ms <= YEAR_MS;
};
const durationSchema = { type: 'string', format: 'duration', maxLength: 40 };
const duration: FieldKind = { check: isDuration, expected: ['duration'], schema: durationSchema };
/** Only customerPromise has none: it is due at the promise's end. */
const within: FieldKind = {
  check: (value, { target }) => (target === 'customerPromise' ? value === undefined : isDuration(value)),
  expected: ['within'],
  schema: durationSchema,
};

const percentages: FieldKind = {
  check: (value) =>
    Array.isArray(value) &&
    value.length <= 20 &&
    value.every((item, index) => Number.isInteger(item) && item > (index ? value[index - 1] : 0) && item < 100),
  expected: ['percentages'],
  schema: { type: 'array', maxItems: 20, items: { type: 'integer', minimum: 1, maximum: 99 } },
};

const pauseReasons: FieldKind = {
  check: (value) =>
    Array.isArray(value) &&
    new Set(value).size === value.length &&
    value.every((item) => (PAUSE_REASONS as readonly unknown[]).includes(item)),
  expected: ['oneOf', ...PAUSE_REASONS],
  schema: { type: 'array', uniqueItems: true, items: { type: 'string', enum: [...PAUSE_REASONS] } },
};

export class SeasonDto {
  @Field(monthDay, { example: '03-01' })
  from!: string;

  @Field(monthDay, { description: 'Inclusive; may lie in the next year.', example: '05-15' })
  to!: string;
}

export class PolicyMatchDto {
  @OneOf(PRIORITIES, { optional: true })
  priority?: (typeof PRIORITIES)[number];

  @Text(100, { optional: true, example: '黑龙江' })
  region?: string;

  @Text(100, { optional: true, example: '双城区' })
  county?: string;

  @OneOf(CASE_TYPES, { optional: true })
  caseType?: (typeof CASE_TYPES)[number];

  @Text(100, { optional: true, example: 'harvester-4LZ' })
  product?: string;

  @Nested(() => SeasonDto, { optional: true })
  season?: SeasonDto;
}

export class TargetDto {
  @Identifier({ description: 'An unknown target is refused with 422.', example: 'onSiteResponse' })
  target!: string;

  @Field(within, {
    conditional: true,
    description: 'Counted time until due; needed, but absent for customerPromise, which is due at the window’s end.',
    example: 'PT24H',
  })
  within?: string;

  @Identifier({ optional: true, description: 'An unknown calendar is refused with 422.' })
  calendar?: string;

  @Field(percentages, { optional: true, description: 'Default: 50, 75, 90.', example: [50, 75, 90] })
  warnAt?: number[];

  @Field(pauseReasons, { optional: true, description: 'Default of the target.', example: ['waiting-customer'] })
  pausedBy?: (typeof PAUSE_REASONS)[number][];
}

export class PublishSlaPolicyDto extends OccurredDto {
  @Identifier({ description: 'Ids that begin with `built-in` are reserved.', example: 'spring-ploughing' })
  id!: string;

  @Text(200, { example: '春耕保障' })
  name!: string;

  @Nested(() => PolicyMatchDto, { description: 'Empty: every case.' })
  match!: PolicyMatchDto;

  @Text(64, { optional: true, description: 'IANA zone; default Asia/Shanghai.', example: 'Asia/Shanghai' })
  zone?: string;

  @ListOf(() => TargetDto, 20, { description: 'Targets not named do not exist under this policy.' })
  targets!: TargetDto[];

  @Field(duration, { optional: true, description: 'Default PT2H.', example: 'PT2H' })
  lateFactLimit?: string;
}
