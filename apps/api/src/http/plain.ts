/** A DTO without its class and without fields that were not given: commands are plain data. */
export function plain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(plain) as T;
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(given.map(([key, field]) => [key, plain(field as unknown)])) as T;
}
