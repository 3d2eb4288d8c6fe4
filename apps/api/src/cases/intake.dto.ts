import { OmitType, PartialType } from '@nestjs/swagger';
import { Identifier, InstantAfter, InstantText, NumberBetween, OneOf, Phone, Prose, Text } from '../http/fields';
import { Nested } from '../http/nested-fields';

export const CASE_TYPES = ['fault', 'enquiry', 'complaint', 'maintenance', 'upgrade'] as const;
export const PRIORITIES = ['normal', 'urgent', 'season'] as const;
export const COVERAGES = ['in-warranty', 'out-of-warranty', 'unknown'] as const;
export const NOTE_KINDS = ['call', 'callback', 'note'] as const;

/** Every command may say when it happened. */
export class OccurredDto {
  @InstantText({
    optional: true,
    description: 'When it happened; absent: now. At most 72 h ago and 5 min ahead.',
    example: '2026-11-23T09:00:00+08:00',
  })
  occurredAt?: string;
}

export class ReasonDto extends OccurredDto {
  @Prose(2_000, { description: 'Why; personal data.', example: '客户要求改期' })
  reason!: string;
}

export class ContactDto {
  @Text(100, { example: '王建国' })
  name!: string;

  @Phone({ example: '+86 451 8888 0101' })
  phone!: string;
}

export class GeoDto {
  @NumberBetween(-90, 90, { example: 45.75 })
  lat!: number;

  @NumberBetween(-180, 180, { example: 126.65 })
  lon!: number;
}

export class WindowDto {
  @InstantText({ example: '2026-11-24T09:00:00+08:00' })
  from!: string;

  @InstantAfter('from', { example: '2026-11-24T11:00:00+08:00' })
  to!: string;
}

export class ReportFaultDto extends OccurredDto {
  @Text(200, { description: 'Where the machine stands.', example: '双城区永胜农机合作社' })
  siteName!: string;

  @Nested(() => ContactDto, { description: 'Who to call back.' })
  contact!: ContactDto;

  @Text(500, { example: '哈尔滨市双城区永胜镇胜利村' })
  address!: string;

  @Text(100, { description: 'Decides who may see the case.', example: '黑龙江' })
  region!: string;

  @Prose(4_000, { example: '收割机割台不升降' })
  faultDescription!: string;

  @Text(100, { optional: true, example: '双城区' })
  county?: string;

  @Nested(() => GeoDto, { optional: true })
  geo?: GeoDto;

  @Text(100, { optional: true, example: 'harvester-4LZ' })
  product?: string;

  @Text(100, { optional: true, example: '4LZ-2026-00118' })
  assetSerial?: string;

  @OneOf(CASE_TYPES, { optional: true, description: 'Default: fault.' })
  caseType?: (typeof CASE_TYPES)[number];

  @OneOf(PRIORITIES, { optional: true, description: 'Default: normal.' })
  priority?: (typeof PRIORITIES)[number];

  @Text(50, { optional: true, description: 'How it came in.', example: 'phone' })
  channel?: string;

  @Text(200, { optional: true, description: 'Who was called first.', example: '村农机员 李强' })
  firstContact?: string;

  @Prose(2_000, { optional: true, example: '只有下午有人在场' })
  specialDemands?: string;

  @Nested(() => WindowDto, { optional: true, description: 'The time the customer asks for.' })
  customerTime?: WindowDto;

  @Identifier({ optional: true, description: 'The case that this one follows.' }, 200)
  followUpOf?: string;
}

/** Any field of the report but its type; at least one. */
export class CorrectDetailsDto extends PartialType(OmitType(ReportFaultDto, ['caseType', 'occurredAt'] as const), {
  skipNullProperties: false,
}) {
  @InstantText({ optional: true, description: 'When it became known; absent: now.' })
  occurredAt?: string;

  @Prose(2_000, { description: 'Why it is corrected; personal data.', example: '地址登记有误' })
  reason!: string;
}

export class TriageCaseDto extends OccurredDto {
  @Identifier({ example: 'HYD-021' }, 100)
  faultCode!: string;

  @OneOf(PRIORITIES)
  priority!: (typeof PRIORITIES)[number];

  @Prose(4_000, { example: '派技师带液压泵到现场' })
  handlingOpinion!: string;

  @OneOf(CASE_TYPES, { optional: true })
  caseType?: (typeof CASE_TYPES)[number];

  @OneOf(COVERAGES, { optional: true })
  coverage?: (typeof COVERAGES)[number];
}

export class AddNoteDto extends OccurredDto {
  @Prose(4_000, { example: '客户来电询问进度' })
  text!: string;

  @OneOf(NOTE_KINDS)
  kind!: (typeof NOTE_KINDS)[number];

  @Text(50, { optional: true, example: 'phone' })
  channel?: string;
}

export class TakeOwnershipDto extends OccurredDto {
  @Identifier({ description: 'The `sub` of who answers for the case now.', example: 'demo-agent' }, 200)
  owner!: string;
}

export class HandOverResponsibilityDto extends ReasonDto {
  @Identifier({ description: 'A person or a unit.', example: 'factory-harbin' }, 200)
  to!: string;
}

export class RequestCustomerTimeDto extends OccurredDto {
  @InstantText({ example: '2026-11-24T13:00:00+08:00' })
  from!: string;

  @InstantAfter('from', { example: '2026-11-24T17:00:00+08:00' })
  to!: string;
}

export class MergeDuplicateDto extends OccurredDto {
  @Identifier({ description: 'The id of the case that remains.' }, 200)
  into!: string;
}
