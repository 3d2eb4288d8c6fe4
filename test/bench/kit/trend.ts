export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** The slope of the straight line that fits best (least squares), for a minute; 0 of fewer than two. */
export function trendPerMinute(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [at, value] = [mean((sample) => sample.atMs), mean((sample) => sample.value)];
  const spread = samples.reduce((sum, sample) => sum + (sample.atMs - at) ** 2, 0);
  const shared = samples.reduce((sum, sample) => sum + (sample.atMs - at) * (sample.value - value), 0);
  return spread > 0 ? (shared / spread) * 60_000 : 0;
}
