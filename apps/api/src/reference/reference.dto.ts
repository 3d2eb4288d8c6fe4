import { OccurredDto } from '../cases/intake.dto';
import { Flag, Identifier, OneOf, Text, TextList, WholeNumber } from '../http/fields';

export const DEPOT_KINDS = ['factory', 'region', 'city', 'county', 'van'] as const;
export const PART_CLASSES = ['wear', 'special', 'general'] as const;

export class RegisterTechnicianDto extends OccurredDto {
  @Identifier({ description: 'The `sub` of his token.', example: 'tech-li' }, 200)
  id!: string;

  @Text(100, { example: '李伟' })
  name!: string;

  @Identifier({ description: 'The depot that he belongs to.', example: 'depot-harbin' })
  homeDepot!: string;

  @TextList(50, 100, { example: ['黑龙江'] })
  regions!: string[];

  @TextList(100, 100, { example: ['hydraulics', 'harvester'] })
  skills!: string[];

  @TextList(20, 50, { example: ['zh-CN'] })
  languages!: string[];

  @Flag({ description: 'false: takes no more visits.', example: true })
  active!: boolean;
}

export class RegisterDepotDto extends OccurredDto {
  @Identifier({ example: 'depot-harbin' })
  id!: string;

  @Text(200, { example: '哈尔滨配件中心' })
  name!: string;

  @OneOf(DEPOT_KINDS)
  kind!: (typeof DEPOT_KINDS)[number];

  @Identifier({ optional: true, description: 'The depot above it.', example: 'factory-main' })
  parent?: string;

  @Text(100, { example: '黑龙江' })
  region!: string;

  @Text(100, { optional: true, example: '双城区' })
  county?: string;

  @Identifier({ optional: true, description: 'Whose van it is.', example: 'tech-li' }, 200)
  technicianId?: string;
}

export class RegisterPartDto extends OccurredDto {
  @Identifier({ example: 'PUMP-4410' }, 100)
  partNumber!: string;

  @Text(200, { example: '液压泵总成' })
  name!: string;

  @OneOf(PART_CLASSES)
  class!: (typeof PART_CLASSES)[number];

  @WholeNumber(1, 100_000, { example: 1 })
  packSize!: number;

  @Flag({ example: true })
  serialised!: boolean;

  @TextList(50, 100, { description: 'Part numbers that may take its place.', example: ['PUMP-4411'] })
  substitutes!: string[];

  @Identifier({ optional: true, example: 'maker-a' }, 100)
  makerId?: string;
}

export class CountMachinesDto extends OccurredDto {
  @Text(100, { example: '双城区' })
  county!: string;

  @Text(100, { example: 'harvester-4LZ' })
  product!: string;

  @WholeNumber(0, 100_000_000, { example: 420 })
  count!: number;
}
