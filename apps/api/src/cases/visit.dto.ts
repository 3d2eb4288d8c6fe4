import { Field, Flag, Identifier, InstantAfter, InstantText, OneOf, Prose, Text, WholeNumber } from '../http/fields';
import { ListOf, Nested } from '../http/nested-fields';
import { GeoDto, OccurredDto, ReasonDto } from './intake.dto';

const IMAGE_BYTES = 60_000;

export class DispatchTechnicianDto extends OccurredDto {
  @Identifier({ example: 'tech-li' }, 200)
  technicianId!: string;

  @Prose(2_000, { optional: true, example: '带上液压油' })
  note?: string;
}

export class OverrideDto {
  @Prose(2_000, { description: 'Why a window that is over is agreed after all.', example: '客户电话同意' })
  reason!: string;
}

export class AgreeAppointmentDto extends OccurredDto {
  @InstantText({ example: '2026-11-24T09:00:00+08:00' })
  from!: string;

  @InstantAfter('from', { example: '2026-11-24T11:00:00+08:00' })
  to!: string;

  @OneOf(['customer', 'us'], { description: 'Who wants this time; `customer` also names the customer’s time.' })
  requestedBy!: 'customer' | 'us';

  @Prose(2_000, { optional: true, description: 'Needed when an appointment is moved.', example: '前一户延误' })
  reason?: string;

  @Nested(() => OverrideDto, {
    optional: true,
    description: 'Dispatcher only: permits a window that lies in the past. It never permits a double booking.',
  })
  override?: OverrideDto;
}

/** Departure and arrival. */
export class WhereaboutsDto extends OccurredDto {
  @Nested(() => GeoDto, { optional: true })
  geo?: GeoDto;
}

export class RecordDiagnosisDto extends OccurredDto {
  @Identifier({ example: 'HYD-021' }, 100)
  faultCode!: string;

  @Prose(4_000, { example: '液压泵磨损' })
  cause!: string;

  @Prose(4_000, { optional: true, example: '更换液压泵' })
  correction?: string;
}

export class MaterialLineDto {
  @Identifier({ example: 'PUMP-4410' }, 100)
  partNumber!: string;

  @WholeNumber(1, 100_000, { description: 'Whole pieces.', example: 1 })
  quantity!: number;

  @Identifier({ optional: true, example: 'SN-00118' }, 100)
  serial?: string;

  @Identifier({ description: 'A part request’s id, `van` or `customer-supplied`.', example: 'van' }, 200)
  source!: string;
}

export class InformedDto {
  @Prose(2_000, { description: 'What the customer was told; personal data.', example: '已修复，客户满意' })
  result!: string;

  @Text(50, { example: 'on-site' })
  channel!: string;
}

export class CompleteVisitDto extends OccurredDto {
  @Flag({ example: true })
  fixed!: boolean;

  @Prose(2_000, { optional: true, description: 'Needed when not fixed.', example: '缺液压泵' })
  reason?: string;

  @ListOf(() => MaterialLineDto, 200, { optional: true, description: 'What was used; absent: nothing.' })
  materials?: MaterialLineDto[];

  @Nested(() => InformedDto, { optional: true })
  customerInformed?: InformedDto;
}

export class AmendMaterialsDto extends ReasonDto {
  @ListOf(() => MaterialLineDto, 200, { description: 'The whole corrected list.' })
  materials!: MaterialLineDto[];
}

const isImage = (value: unknown): boolean => {
  if (typeof value !== 'string' || value.length > 90_000) return false;
  const base64 = value.replace(/^data:image\/(?:png|jpeg|webp);base64,/, '');
  if (base64.length === 0 || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  return Buffer.byteLength(base64, 'base64') <= IMAGE_BYTES;
};

export class CaptureSignatureDto extends OccurredDto {
  @Text(100, { example: '王建国' })
  signerName!: string;

  @Field(
    {
      check: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
      expected: ['digest'],
      schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    },
    { description: 'As served with the case: what was signed is what stands.', example: 'a'.repeat(64) },
  )
  materialsDigest!: string;

  @Field(
    {
      check: isImage,
      expected: ['image', IMAGE_BYTES],
      schema: { type: 'string', contentEncoding: 'base64', maxLength: 90_000 },
    },
    { optional: true, description: 'Base64, at most 60 kB; personal data.', example: 'iVBORw0KGgo=' },
  )
  image?: string;
}
