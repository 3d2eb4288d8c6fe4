import type { Bench, Figures } from './bench';
import { hotPart } from './hot-part';
import { lastPart } from './last-part';
import { randomOperations } from './random-operations';

export const scenarios: Readonly<Record<string, (bench: Bench) => Promise<Figures>>> = {
  operations: randomOperations,
  'last-part': lastPart,
  'hot-part': hotPart,
};
