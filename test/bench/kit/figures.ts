/** A line of a bench's table: what was measured, then figures with their unit in the name. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** The nearest rank; 0 of nothing. @param q 0 to 1 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Three digits that count: more is noise. */
export function round(value: number): number {
  return Number(value.toPrecision(value >= 1_000 ? 6 : 3));
}

/** @param delays in ms */
export function delaysOf(delays: readonly number[]) {
  return {
    p50Ms: round(quantile(delays, 0.5)),
    p99Ms: round(quantile(delays, 0.99)),
    mostMs: round(quantile(delays, 1)),
  };
}

/**
 * Each in turn, again and again: what else the machine does weighs on all alike.
 * @returns what each run of each gave, in order of time
 */
export async function interleaved<Name extends string>(
  runs: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, readonly number[]>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run < runs; run += 1) {
    // Who comes first changes, lest one always finds the caches of the other.
    const order = run % 2 === 0 ? names : names.toReversed();
    for (const name of order) results[name].push(await contenders[name]());
  }
  return results;
}
