import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { Metrics } from '../../apps/api/src/ops/metrics';
import { WorkerMetrics } from '../../apps/worker/src/worker-metrics';
import { until } from '../../libs/postgres/embedded/processes.mjs';
import { startApiOnPostgres } from '../e2e/http/postgres-fixture';
import { callerAs } from '../e2e/http/requests';

const root = resolve(__dirname, '../..');
const infra = join(root, 'infra');
const yaml = (path: string): unknown => parse(readFileSync(join(infra, path), 'utf8'));

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: object; readonly overrides: readonly object[] };
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly summary_zh: string; readonly runbook: string };
}

const dashboards = readdirSync(join(infra, 'grafana/dashboards')).map(
  (file) => [file, JSON.parse(readFileSync(join(infra, 'grafana/dashboards', file), 'utf8')) as Dashboard] as const,
);
const { groups } = yaml('prometheus/alerts.yml') as { groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const panelTargets = dashboards.flatMap(([, { panels }]) => panels.flatMap(({ targets = [] }) => targets));
const expressions = [...panelTargets.map(({ expr }) => expr), ...rules.map(({ expr }) => expr)];

/** Of Prometheus itself. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  up: ['job', 'instance'],
  ALERTS: ['alertname', 'alertstate'],
};
const OF_EVERY_SERIES = ['job', 'instance', 'le'];

/** Names of metrics in an expression: what is followed by a selector, a range or nothing, and is no word of PromQL. */
function metricsIn(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '')
    .replace(/\b(by|without|on|ignoring) \([^)]*\)/g, '')
    .replace(/\{[^}]*\}/g, '');
  const words = bare.replace(/\[[^\]]*\]/g, '').match(/[A-Za-z_][A-Za-z0-9_]*(?!\s*\()(?![A-Za-z0-9_])/g) ?? [];
  return words.filter((word) => !['and', 'or', 'unless', 'by', 'sum', 'max', 'min'].includes(word));
}

/** Names of labels in an expression. */
function labelsIn(expr: string): string[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(','));
  const selected = [...expr.matchAll(/([a-z_]+)(?==~?"|!~?")/g)].map(([, name = '']) => name);
  return [...grouped, ...selected].map((name) => name.trim());
}

/** Of a `/metrics` answer: families, with what a histogram's samples are called. */
function namesIn(exposition: string): string[] {
  const families = [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return families.flatMap(([, name = '', type = '']) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}

const labelsOf = (registries: readonly Registry[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    registries
      .flatMap((registry) => registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[])
      .flatMap(({ name, labelNames }) =>
        [name, `${name}_bucket`, `${name}_count`].map((each) => [each, labelNames] as const),
      ),
  );

describe('what dashboards and alerts ask for', () => {
  jest.setTimeout(90_000);
  it('is what a running API and a running worker answer', async () => {
    const api = await startApiOnPostgres();
    const loader = join(root, 'test/rig/load-typescript.cjs');
    const worker = spawn(process.execPath, ['-r', loader, join(root, 'apps/worker/src/main.ts')], {
      env: { ...process.env, DATABASE_URL: api.database.url, METRICS_PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    worker.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const port = (): string | undefined => /"figures are served".*"port":(\d+)/.exec(said)?.[1];
    await until(() => port() !== undefined || worker.exitCode !== null, 60_000);
    const at = `http://127.0.0.1:${port()}`;
    const ready = await fetch(`${at}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    expect((await fetch(`${at}/nowhere`)).status).toBe(404);
    const ofWorker = await (await fetch(`${at}/metrics`)).text();
    const operator = await callerAs(api, 'operator');
    const ofApi = String((await operator.get('/metrics')).body['text']);
    worker.kill('SIGTERM');
    const [code] = (await once(worker, 'exit')) as [number | null];
    await api.stop();
    await api.database.drop();
    expect(code).toBe(0);

    const served = new Set([...namesIn(ofApi), ...namesIn(ofWorker), ...Object.keys(GIVEN)]);
    for (const expr of expressions) {
      const names = metricsIn(expr);
      expect([expr, names.length > 0, names.filter((name) => !served.has(name))]).toEqual([expr, true, []]);
    }
    for (const line of ofApi.split('\n').filter((each) => each.startsWith('fieldcase_subscription_followers{'))) {
      expect(line).not.toMatch(/\d{3}\//);
    }
  });

  it('has labels that those metrics have', () => {
    const api = new Metrics();
    const known = labelsOf([api.registry, new WorkerMetrics().registry]);
    api.onApplicationShutdown();
    for (const expr of expressions) {
      const labels = metricsIn(expr).flatMap((name) => known.get(name) ?? GIVEN[name] ?? []);
      const unknown = labelsIn(expr).filter((label) => ![...labels, ...OF_EVERY_SERIES].includes(label));
      expect([expr, unknown]).toEqual([expr, []]);
    }
  });

  it('names commands that there are', () => {
    const commands = [...JSON.stringify(readSources('apps/api/src')).matchAll(/command: '([A-Za-z]+)'/g)].map(
      ([, name = '']) => name,
    );
    const wanted = expressions.flatMap((expr) =>
      [...expr.matchAll(/command=~"([^"]+)"/g)].map(([, words = '']) => words),
    );
    expect(wanted.length).toBeGreaterThan(0);
    for (const word of wanted.flatMap(alternativesOf)) {
      const named = commands.filter((command) => new RegExp(`^(?:${word})$`).test(command));
      expect([word, named.length > 0]).toEqual([word, true]);
    }
  });
});

/** `.*(A|B).*|C` as three. */
function alternativesOf(pattern: string): string[] {
  const [, before = '', inner = '', after = '', rest = ''] =
    /^([^(|]*)\(([^)]*)\)([^|]*)(?:\|(.*))?$/.exec(pattern) ?? [];
  if (inner === '') return pattern.split('|');
  return [...inner.split('|').map((one) => `${before}${one}${after}`), ...rest.split('|').filter(Boolean)];
}

function readSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
}

describe('alerts', () => {
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));

  it.each(rules)('$alert says what to do, in both languages, and where there is more', (rule) => {
    expect(rule.alert).toMatch(/^Fieldcase[A-Z]/);
    expect(['critical', 'warning']).toContain(rule.labels.severity);
    expect(rule.for).toMatch(/^\d+m$/);
    expect(rule.annotations.summary).toContain(': ');
    expect(rule.annotations.summary_zh).toMatch(/[一-龥]/);
    const [file, anchor = ''] = rule.annotations.runbook.split('#');
    expect(file).toBe('docs/operations.md');
    expect(anchors).toContain(anchor);
  });

  it('each section of the page is of one alert, and no two alerts share one', () => {
    const sections = anchors.slice(anchors.indexOf('alerts') + 1);
    expect(rules.map(({ annotations }) => annotations.runbook.split('#')[1])).toEqual(sections);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

describe('dashboards', () => {
  const { datasources } = yaml('grafana/provisioning/datasources/prometheus.yaml') as {
    datasources: readonly { uid: string; type: string; url: string }[];
  };
  const { providers } = yaml('grafana/provisioning/dashboards/fieldcase.yaml') as {
    providers: readonly { options: { path: string } }[];
  };
  const { scrape_configs, rule_files } = yaml('prometheus/prometheus.yml') as {
    scrape_configs: readonly { job_name: string }[];
    rule_files: readonly string[];
  };

  it('are found where the containers have them', () => {
    const { services } = yaml('compose.yaml') as { services: Record<string, { volumes: string[] }> };
    expect(services['grafana']?.volumes).toContain(`./grafana/dashboards:${providers[0]?.options.path}:ro`);
    expect(services['prometheus']?.volumes).toContain('./prometheus:/etc/prometheus:ro');
    expect(rule_files).toEqual(['/etc/prometheus/alerts.yml']);
    const jobs = scrape_configs.map(({ job_name }) => job_name);
    for (const expr of expressions) {
      for (const [, job = ''] of expr.matchAll(/job="([^"]+)"/g)) expect(jobs).toContain(job);
    }
    expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(dashboards.length);
  });

  it.each(dashboards)('%s has the shape that Grafana reads', (_, { title, schemaVersion, panels }) => {
    expect(title).toMatch(/^Fieldcase [一-龥]+ · [A-Z]/);
    expect(schemaVersion).toBeGreaterThanOrEqual(39);
    expect(panels.map(({ id }) => id)).toEqual(panels.map((_panel, index) => index + 1));
    const [source] = datasources;
    for (const panel of panels) {
      expect(['row', 'stat', 'timeseries', 'table']).toContain(panel.type);
      const { x, y, w, h } = panel.gridPos;
      expect([x, x + w <= 24, h > 0]).toEqual([expect.any(Number), true, true]);
      const same = panels.filter(({ id, gridPos: other }) => id !== panel.id && overlaps({ x, y, w, h }, other));
      expect([panel.title, same.map((one) => one.title)]).toEqual([panel.title, []]);
      if (panel.type === 'row') continue;
      expect(panel.fieldConfig).toMatchObject({ defaults: expect.any(Object), overrides: expect.any(Array) });
      expect(panel.targets?.map(({ refId }) => refId)).toEqual(panel.targets?.map((_target, at) => 'ABCDEF'[at]));
      for (const { datasource } of panel.targets ?? [])
        expect(datasource).toEqual({ type: source?.type, uid: source?.uid });
    }
  });

  it('ask in sound brackets', () => {
    for (const expr of expressions) {
      const bare = expr.replace(/"[^"]*"/g, '');
      for (const [open, close] of ['()', '{}', '[]']) {
        expect([expr, bare.split(open ?? '').length]).toEqual([expr, bare.split(close ?? '').length]);
      }
    }
  });
});

const overlaps = (a: Panel['gridPos'], b: Panel['gridPos']): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
