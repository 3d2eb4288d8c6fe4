import type { Report } from '@fieldcase/postgres';

/** One JSON line per report on standard error: time, level, message, figures; never personal data. */
export const jsonLog: Report = (level, message, fields = {}) => {
  process.stderr.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, app: 'worker', message, ...fields })}\n`,
  );
};
