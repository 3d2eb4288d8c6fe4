/** One line for the process's log. `fields` hold no personal data. */
export type Report = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

export const silent: Report = () => undefined;
