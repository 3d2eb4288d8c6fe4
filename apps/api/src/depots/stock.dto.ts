import { OccurredDto, ReasonDto } from '../cases/intake.dto';
import { Identifier, Prose, WholeNumber, type FieldOptions } from '../http/fields';
import { Pieces, Serials } from '../parts/part.dto';

const Owner = (options: FieldOptions = {}): PropertyDecorator =>
  Identifier({
    optional: true,
    description: '`own` (default), or the maker’s id for consigned stock (代管).',
    example: 'own',
    ...options,
  });

export class ReceiveStockDto extends OccurredDto {
  @Pieces({ example: 20 })
  quantity!: number;

  @Owner()
  owner?: string;

  @Serials()
  serials?: string[];
}

export class CountStockDto extends OccurredDto {
  @Pieces({ description: 'What lies on the shelf; the card shows it from now on.', example: 18 }, 0)
  counted!: number;

  @Owner()
  owner?: string;

  @Serials()
  serials?: string[];
}

export class AdjustStockDto extends ReasonDto {
  @WholeNumber(-1_000_000, 1_000_000, { description: 'Pieces more, or less than zero: fewer. Not 0.', example: -1 })
  by!: number;

  @Owner()
  owner?: string;

  @Serials()
  serials?: string[];
}

export class SetLevelsDto extends OccurredDto {
  @Pieces({ description: 'A forecast below it is a suggestion to replenish.', example: 5 }, 0)
  min!: number;

  @Pieces({ description: 'What is replenished up to, in whole packs.', example: 20 }, 0)
  max!: number;
}

export class TransferStockDto extends OccurredDto {
  @Identifier({ description: 'The receiving depot.', example: 'depot-shuangcheng' })
  to!: string;

  @Identifier({ example: 'BELT-2480' }, 100)
  partNumber!: string;

  @Pieces({ example: 10 })
  quantity!: number;

  @Owner()
  owner?: string;
}

export class DispatchTransferDto extends OccurredDto {
  @Serials()
  serials?: string[];
}

export class ReceiveTransferDto extends OccurredDto {
  @Pieces({ description: 'What has arrived; the rest of what was sent is short.', example: 10 }, 0)
  quantity!: number;

  @Prose(2_000, { optional: true, description: 'Why pieces are short; personal data.', example: '外箱破损' })
  reason?: string;

  @Serials()
  serials?: string[];
}

export class DismissSuggestionDto extends OccurredDto {
  @Prose(2_000, { optional: true, description: 'Why; personal data.', example: '本季收割已经结束' })
  reason?: string;
}
