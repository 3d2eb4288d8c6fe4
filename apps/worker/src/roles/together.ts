/**
 * Runs what belongs together. Where one part fails the others are told to stop, and are waited for: nothing goes on
 * behind the back of whoever starts it all again. Throws what failed first.
 */
export async function together(
  signal: AbortSignal,
  ...parts: readonly ((signal: AbortSignal) => Promise<void>)[]
): Promise<void> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    parts.map((part) =>
      part(both).catch((error: unknown) => {
        failures.push(error);
        ending.abort();
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}
