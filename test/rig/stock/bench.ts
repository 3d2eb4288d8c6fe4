export interface Bench {
  readonly url: string;
  /** Of the random run; the other scenarios take a tenth and a hundredth of it as rounds and requests. */
  readonly operations: number;
  readonly seed: number;
}
export type Figures = Readonly<Record<string, number | string | Readonly<Record<string, number>>>>;
