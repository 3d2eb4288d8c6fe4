import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@fieldcase/config';
import { kafkaOf } from './kafka';

describe('the brokers of a verb', () => {
  const databaseUrl = 'postgres://fieldcase@127.0.0.1:5432/fieldcase';
  let dataDir: string;
  const runs = (more: object): void =>
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify({ pid: process.pid, databaseUrl, ...more }));

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'fieldcase-cli-kafka-'));
    mkdirSync(join(dataDir, 'kafka'));
    const cluster = {
      clusterId: 'c',
      adminPassword: 'secret',
      brokers: [
        { id: 1, port: 4001 },
        { id: 2, port: 4002 },
      ],
    };
    writeFileSync(join(dataDir, 'kafka', 'cluster.json'), JSON.stringify(cluster));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('are those of the instance that runs on the data folder, as its admin', () => {
    runs({ kafkaFile: join(dataDir, 'kafka', 'cluster.json') });
    expect(kafkaOf({ dataDir }, loadConfig({ KAFKA_PREFIX: 'mine' }))).toEqual({
      brokers: ['127.0.0.1:4001', '127.0.0.1:4002'],
      prefix: 'mine',
      replicas: 2,
      sasl: { username: 'admin', password: 'secret' },
      caFile: undefined,
    });
  });

  it('are those of KAFKA_BROKERS first', () => {
    runs({ kafkaFile: join(dataDir, 'kafka', 'cluster.json') });
    expect(kafkaOf({ dataDir }, loadConfig({ KAFKA_BROKERS: 'other:9092' })).brokers).toEqual(['other:9092']);
  });

  it('are none where it runs without, or another database is named', () => {
    runs({});
    expect(() => kafkaOf({ dataDir }, loadConfig({}))).toThrow('set KAFKA_BROKERS');
    runs({ kafkaFile: join(dataDir, 'kafka', 'cluster.json') });
    const url = 'postgres://other@127.0.0.1:1/other';
    expect(() => kafkaOf({ dataDir, url }, loadConfig({}))).toThrow('set KAFKA_BROKERS');
  });
});
