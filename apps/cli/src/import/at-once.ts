/**
 * At most so many are under way. After a failure no more are begun, and it is thrown when those that were under way have
 * ended: nothing is written after the import has said how it went.
 */
export async function atOnce<T>(most: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item);
    }
  };
  const lanes = Array.from({ length: Math.min(most, items.length) }, async () => {
    try {
      await lane();
    } catch (error) {
      left.length = 0;
      throw error;
    }
  });
  const ended = await Promise.allSettled(lanes);
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
