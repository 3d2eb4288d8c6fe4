import { hotPart } from './hot-part';
import { lastPart } from './last-part';
import { randomOperations } from './random-operations';

export interface Bench {
  readonly url: string;
  /** Of the random run; the other scenarios take a tenth and a hundredth of it as rounds and requests. */
  readonly operations: number;
  readonly seed: number;
}
export type Figures = Readonly<Record<string, number | string | Readonly<Record<string, number>>>>;

export const scenarios: Readonly<Record<string, (bench: Bench) => Promise<Figures>>> = {
  operations: randomOperations,
  'last-part': lastPart,
  'hot-part': hotPart,
};
