import { OccurredDto, ReasonDto } from '../cases/intake.dto';
import { Field, Identifier, InstantText, OneOf, Prose, Text, WholeNumber, type FieldOptions } from '../http/fields';

/** Pieces that one command may name: more is a typing error, not a delivery. */
const MOST = 1_000_000;
const MOST_SERIALS = 1_000;
const LONGEST_SERIAL = 100;

export const Pieces = (options?: FieldOptions, least = 1): PropertyDecorator => WholeNumber(least, MOST, options);

/** One per piece. That none is named twice is the decider's to say, with a code of its own. */
export const Serials = (): PropertyDecorator =>
  Field(
    {
      check: (value) =>
        Array.isArray(value) &&
        value.length <= MOST_SERIALS &&
        value.every((serial) => typeof serial === 'string' && /^[^\p{Cc}\s]{1,100}$/u.test(serial)),
      expected: ['textList', MOST_SERIALS, LONGEST_SERIAL],
      schema: {
        type: 'array',
        maxItems: MOST_SERIALS,
        items: { type: 'string', minLength: 1, maxLength: LONGEST_SERIAL, pattern: '^\\S+$' },
      },
    },
    {
      optional: true,
      description: 'For parts with serial numbers: one per piece, each once.',
      example: ['SN-00118'],
    },
  );

export class RequestPartDto extends OccurredDto {
  @Identifier({ example: 'BELT-2480' }, 100)
  partNumber!: string;

  @Pieces({ description: 'Whole pieces.', example: 2 })
  quantity!: number;

  @InstantText({
    optional: true,
    description: 'Absent: within the time of the policy for `partsWait`.',
    example: '2026-11-24T08:00:00+08:00',
  })
  neededBy?: string;
}

export class DeclinePartRequestDto extends ReasonDto {}

export class ShipPartDto extends OccurredDto {
  @Text(100, { optional: true, example: '顺丰速运' })
  carrier?: string;

  @Text(100, { optional: true, example: 'SF1234567890' })
  trackingNumber?: string;

  @Serials()
  serials?: string[];
}

export class PiecesDto extends OccurredDto {
  @Pieces({ example: 1 })
  quantity!: number;
}

export class ReportShortageDto extends PiecesDto {
  @OneOf(['lost', 'damaged', 'short'], { description: 'The pieces are sourced again.' })
  reason!: 'lost' | 'damaged' | 'short';
}

/** A return, announced or received. */
export class ReturnDto extends PiecesDto {
  @OneOf(['good', 'defective'], { description: 'Good pieces go back to stock, defective ones to the defective store.' })
  condition!: 'good' | 'defective';

  @Serials()
  serials?: string[];
}

export class CancelPartRequestDto extends OccurredDto {
  @Prose(2_000, { description: 'Why; personal data.', example: '客户已自行购得' })
  reason!: string;
}
