import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { completeSecrets, SECRETS } from '../../infra/compose/secrets.mjs';
import { propertiesOf } from '../../infra/kafka/properties.mjs';

const root = resolve(__dirname, '../..');
const infra = join(root, 'infra');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas: number };
}

const source = text('infra/compose.yaml');
const compose = parse(source, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);

describe('infra/compose.yaml', () => {
  it('starts database and broker without a profile, and the rest with one', () => {
    const of = (profile: string | undefined) =>
      services.filter(([, { profiles }]) => (profile ? profiles?.includes(profile) : !profiles)).map(([name]) => name);
    expect(of(undefined)).toEqual(['postgres', 'kafka']);
    expect(of('app')).toEqual(['migrate', 'api', 'worker']);
    expect(of('tools')).toEqual(['operator-token', 'prometheus', 'grafana', 'kafbat']);
    expect(compose.services['worker']?.deploy).toEqual({ replicas: 2 });
  });

  it.each(services)('%s: an exact tag, on loopback only, files that are there', (_, service) => {
    const { image = '', ports = [], volumes = [] } = service;
    if (!service.build) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const volume of volumes) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect([volume, existsSync(join(infra, from))]).toEqual([volume, true]);
      else expect(Object.keys(compose.volumes)).toContain(from);
    }
    if (service.build) expect(existsSync(resolve(infra, service.build.context, service.build.dockerfile))).toBe(true);
    for (const script of service.entrypoint ?? []) {
      if (script.endsWith('.sh'))
        expect(existsSync(script.replace('/opt/fieldcase', join(infra, 'compose')))).toBe(true);
    }
  });

  it('asks every server whether it is well, and waits for what comes before', () => {
    const without = services.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name);
    expect(without).toEqual(['migrate', 'operator-token']);
    for (const [name, { depends_on = {} }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const server = compose.services[other]?.healthcheck !== undefined;
        const wanted = server ? 'service_healthy' : 'service_completed_successfully';
        expect([name, other, condition]).toEqual([name, other, wanted]);
      }
    }
  });

  it('gives the applications variables that they know, and only such', () => {
    const known = [...text('libs/config/src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name);
    expect(known).toContain('KAFKA_BROKERS');
    for (const [name, { build, environment = {} }] of services) {
      if (!build) continue;
      const unknown = Object.keys(environment).filter((variable) => !known.includes(variable));
      expect([name, unknown]).toEqual([name, []]);
    }
  });

  it('holds no password: every one comes from infra/.env, which is made once and kept', () => {
    const asked = [...source.matchAll(/\$\{([A-Z_]+):\?run node infra\/compose\/secrets\.mjs\}/g)].map(
      ([, name]) => name,
    );
    expect(new Set(asked)).toEqual(new Set([...SECRETS, 'KAFKA_CLUSTER_ID']));
    for (const line of source.split('\n').filter((each) => /PASSWORD|CLUSTER_ID/.test(each))) {
      expect(line).toMatch(/\$\{[A-Z_]+:\?/);
    }
    const folder = mkdtempSync(join(tmpdir(), 'fieldcase-env-'));
    const file = join(folder, '.env');
    expect(completeSecrets(file)).toEqual([...SECRETS, 'KAFKA_CLUSTER_ID']);
    const made = readFileSync(file, 'utf8');
    expect(made.split('\n').filter(Boolean)).toHaveLength(SECRETS.length + 1);
    expect(made).toMatch(/^KAFKA_CLUSTER_ID=[A-Za-z0-9_][A-Za-z0-9_-]{21}$/m);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(completeSecrets(file)).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(made);
    rmSync(folder, { recursive: true, force: true });
    expect(text('.gitignore').split('\n')).toContain('infra/.env');
  });
});

describe('infra/compose/kafka.properties', () => {
  const propertiesIn = (file: string): Map<string, string> =>
    new Map(
      file
        .split('\n')
        .filter((line) => line.includes('=') && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );

  it('is what the brokers without Docker are started with, but for places and listeners', () => {
    const options = {
      id: 1,
      folder: '/var/lib/kafka',
      clusterId: 'any',
      port: 9092,
      controllers: [{ id: 1, port: 9093 }],
      adminPassword: '@ADMIN_PASSWORD@',
    };
    const expected = propertiesIn(propertiesOf(options));
    const found = propertiesIn(text('infra/compose/kafka.properties'));
    const listeners = [
      'listeners',
      'advertised.listeners',
      'listener.security.protocol.map',
      'inter.broker.listener.name',
    ];
    for (const name of listeners) expected.delete(name);
    for (const [name, value] of expected) {
      const [network, host] = ['network', 'host'].map((listener) => name.replace('.client.', `.${listener}.`));
      expect([name, found.get(network ?? ''), found.get(host ?? '')]).toEqual([name, value, value]);
      found.delete(network ?? '');
      found.delete(host ?? '');
    }
    expect([...found.keys()].sort()).toEqual([...listeners].sort());
    expect(found.get('listener.security.protocol.map')).not.toMatch(/PLAINTEXT(?<!SASL_PLAINTEXT)/);
    expect(found.get('advertised.listeners')).toBe('NETWORK://kafka:9092,HOST://127.0.0.1:9094');
  });
});

describe('infra/Dockerfile', () => {
  const lines = text('infra/Dockerfile').split('\n');

  it('copies what is there, and what its .dockerignore lets in', () => {
    const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
    expect(copies.length).toBeGreaterThan(4);
    const allowed = text('infra/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const path of copies.flatMap((line) => line.split(/\s+/).slice(1, -1))) {
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
      expect(allowed).toContain(path.split('/')[0]);
    }
  });

  it('has an exact base, a last stage without what only a build needs, and no root', () => {
    const bases = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]);
    expect(new Set(bases)).toEqual(new Set(['node:24.19.0-bookworm-slim', 'sources']));
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last.filter((line) => line.startsWith('RUN npm'))).toEqual([]);
    expect(last).toContain('USER node');
    expect(last).toContain('COPY --from=dependencies /app ./');
    expect(lines).toContain('RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund');
  });
});
