import { Identifier, InstantText, OneOf, Prose, Text } from '../http/fields';
import { OccurredDto, ReasonDto } from './intake.dto';

export const PAUSE_REASONS = ['waiting-customer', 'waiting-part', 'weather', 'road', 'other'] as const;
export const RESOLUTIONS = ['repaired', 'no-visit-needed', 'solved-by-phone', 'replaced', 'not-repaired'] as const;

export class InformCustomerDto extends OccurredDto {
  @Prose(2_000, { description: 'What the customer was told; personal data.', example: '已修复，客户满意' })
  result!: string;

  @Text(50, { example: 'phone' })
  channel!: string;
}

export class PauseCaseDto extends OccurredDto {
  @OneOf(PAUSE_REASONS)
  reason!: (typeof PAUSE_REASONS)[number];

  @Prose(2_000, { optional: true, description: 'Needed for `other`.', example: '等待村里通电' })
  note?: string;

  @InstantText({
    description: 'When it is due again; it does not resume by itself.',
    example: '2026-11-25T09:00:00+08:00',
  })
  until!: string;
}

export class ResumeCaseDto extends OccurredDto {
  @OneOf(PAUSE_REASONS, { optional: true, description: 'Absent: all pauses end.' })
  reason?: (typeof PAUSE_REASONS)[number];
}

export class RequestExemptionDto extends ReasonDto {
  @Identifier({ description: 'A clockId, or `signature`.', example: 'onSiteResponse:-:1' }, 300)
  target!: string;
}

/** An approval or a refusal. */
export class VerdictDto extends OccurredDto {
  @Prose(2_000, { optional: true, example: '道路中断属实' })
  note?: string;
}

export class CloseCaseDto extends OccurredDto {
  @OneOf(RESOLUTIONS)
  resolution!: (typeof RESOLUTIONS)[number];

  @Prose(4_000, { optional: true, description: 'Needed unless repaired.', example: '电话指导后恢复' })
  note?: string;
}
