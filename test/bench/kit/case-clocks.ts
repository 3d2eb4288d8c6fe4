import { createApplication, isKnownEvent, type Application } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { slaEventTypes } from '@fieldcase/domain/sla';
import { ProjectionRunner, readLogIdentity, TimerRunner, TimersSubscription } from '@fieldcase/postgres';
import { connect } from '../../../apps/worker/src/connections';
import { clockFiring, nextDueFrom } from '../../../apps/worker/src/roles/clock-timers';
import { faultReport } from './command-office';

const HOUR = 3_600_000;
const AT_ONCE = 64;
const agent = { actor: 'bench', roles: ['agent', 'dispatcher'], unbounded: true };

/**
 * Cases as the product has them, reported some hours ago; then the clock is set on, so that a step of each is due at once,
 * and they are fired as a worker does it: folded, decided, appended.
 * @param during does it, and looks at something else meanwhile
 * @returns how many were fired a second
 */
export async function fireCases(
  url: string,
  count: number,
  during: (firing: () => Promise<void>) => Promise<void>,
): Promise<number> {
  const { limits } = loadConfig({});
  const connections = connect({ databaseUrl: url, poolSize: 8 }, () => undefined);
  const { pool, store, source, references } = connections;
  try {
    const { secret } = await readLogIdentity(pool);
    const application = createApplication({ store, referenceSource: references, secret, limits });
    await report(application, count);
    const nextDue = nextDueFrom(store);
    const head = (): Promise<bigint> => source.head();
    const projection = new TimersSubscription({ eventTypes: slaEventTypes, nextDue, head });
    await new ProjectionRunner({ pool, source, projection, isKnown: isKnownEvent }).catchUp();
    const fire = await clockFiring(connections, limits);
    const runner = new TimerRunner({ pool, nextDue, head, fire, offsetMs: () => 20 * HOUR });
    let [fired, seconds] = [0, 0];
    await during(async () => {
      const began = performance.now();
      fired = await runner.fireDue();
      seconds = (performance.now() - began) / 1_000;
    });
    if (fired !== count) throw new Error(`${fired} of ${count} cases had something due`);
    return fired / seconds;
  } finally {
    await connections.close();
  }
}

async function report({ cases }: Application, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - done) }, () =>
      cases.handle(undefined, { ...faultReport, region: 'shandong' }, { ...agent, occurredAt: Date.now() - HOUR }),
    );
    await Promise.all(some);
  }
}
