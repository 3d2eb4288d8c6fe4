import { createApplication, SURVEYS_ACTOR, type Application } from '@fieldcase/application';
import type { Config } from '@fieldcase/config';
import { RATING_WINDOW_MS } from '@fieldcase/domain';
import { Lease, readLogIdentity, underLease } from '@fieldcase/postgres';
import { DueSurveys, type QueryClient } from '@fieldcase/read-models';
import type { Connections } from '../connections';
import { pauseFor } from './pause';

const LEASE_MS = 6_000;
const LOOK_MS = 5_000;
const BATCH = 100;

/**
 * Sends the survey of every closing that has stood for the policy's delay. What is due is read from the read model, so
 * that nothing is remembered here; whether it is sent is decided on the log, where a reopening may have come since.
 */
export async function runSurveys(
  connections: Connections,
  config: Pick<Config, 'limits'>,
  signal: AbortSignal,
): Promise<void> {
  const { pool, store, references, owner, report } = connections;
  const { secret } = await readLogIdentity(pool);
  const application = createApplication({ store, referenceSource: references, secret, limits: config.limits });
  const due = new DueSurveys(pool as unknown as QueryClient);
  const lease = new Lease(pool, 'surveys', owner, LEASE_MS);
  await underLease(
    lease,
    signal,
    async (held) => {
      while (!held.aborted) {
        const sent = await sendDue(application, due, config.limits.surveyDelayMs);
        // What was found and is not due in the log shows that the read model is behind: no hurry then either.
        if (sent < BATCH) await pauseFor(LOOK_MS, held);
      }
    },
    (problem) => report('warn', 'lease', { role: 'surveys', problem: String(problem) }),
  );
}

/** @returns how many were sent */
export async function sendDue(
  application: Application,
  due: DueSurveys,
  delayMs: number,
  now = Date.now(),
): Promise<number> {
  const found = await due.list(now - RATING_WINDOW_MS, now - delayMs, BATCH);
  let sent = 0;
  for (const { caseId, cycle } of found) {
    const { position, replayed } = await application.surveys.handle(
      { type: 'SendSurvey', caseId, cycle },
      {
        actor: SURVEYS_ACTOR,
        roles: ['system'],
        key: { sub: `process:${SURVEYS_ACTOR}`, key: `${caseId}:${cycle}`, request: `${caseId}:${cycle}` },
      },
    );
    if (position !== '0' && !replayed) sent += 1;
  }
  return sent;
}
