import { describeWith } from '../../support/describe-with';
import { kafkaHere } from '../../support/kafka';
import { DistributedSystem } from '../system/distributed-system';
import { until } from '../system/until';

describeWith('kafka', kafkaHere() !== undefined, 'a whole system that a rig breaks', () => {
  jest.setTimeout(180_000);
  let opened: DistributedSystem | undefined;
  let system: DistributedSystem;
  beforeAll(async () => {
    opened = system = await DistributedSystem.open({
      brokers: 1,
      apis: 1,
      workers: 1,
      samples: 3,
      databaseProxy: true,
    });
  });
  afterAll(() => opened?.close());

  it('is complete again after each of its parts was killed', async () => {
    const [api, worker, broker] = [system.apis[0]!, system.workers[0]!, system.brokers!.all[0]!];
    await system.untilRecovered();
    await api.kill();
    await worker.kill();
    await system.database.kill();
    await system.database.restart();
    api.start();
    worker.start();
    await broker.kill();
    broker.launch();
    await broker.untilListening();
    expect(await Promise.all([api.untilReady(), worker.untilReady()])).toEqual([true, true]);
    await system.brokers!.untilInSync([`${system.prefix}.log.v1`]);
    await system.untilRecovered();
  });

  it('tells its own ends from those that were asked for, and who holds what', async () => {
    const worker = system.workers[0]!;
    const holds = async (): Promise<boolean> => (await system.holderOf('subscription:relay')) === worker.pid;
    await until('the lease to pass to the next worker', holds, { withinMs: 60_000 });
    await worker.stop();
    worker.start('projection.written');
    await system.runVerb('demo', '--cases', '6');
    expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL', byItself: true });
    worker.start();
    await system.untilRecovered();
  });

  it('stands behind a proxy that cuts what is on its way to the database', async () => {
    const cut = system.databaseProxy!.cutAfter('up', 1_000);
    await cut;
    await system.untilRecovered();
    expect(await system.apis[0]!.untilReady()).toBe(true);
  });
});
