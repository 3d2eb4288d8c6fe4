import { ConfigError, loadConfig } from './config';

describe('loadConfig', () => {
  it('has a default for everything but the database', () => {
    expect(loadConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      dataDir: '.data',
      databaseUrl: undefined,
      roles: ['projections', 'processes', 'timers', 'relay'],
      auth: { kind: 'demo', issuer: 'fieldcase-demo', audience: 'fieldcase' },
      limits: {
        occurredAtPastMs: 259_200_000,
        occurredAtFutureMs: 300_000,
        reopenWindowMs: 2_592_000_000,
        adjustmentLimit: 10,
        surveyDelayMs: 86_400_000,
      },
    });
  });

  it('takes the owner from DATABASE_URL when no other is given', () => {
    const one = 'postgres://app@127.0.0.1/x';
    expect(loadConfig({ DATABASE_URL: one }).migrationUrl).toBe(one);
    expect(loadConfig({ DATABASE_URL: one, DATABASE_MIGRATION_URL: 'postgres://o@h/x' }).migrationUrl).toBe(
      'postgres://o@h/x',
    );
  });

  it('treats an empty variable as absent', () => {
    expect(loadConfig({ PORT: '', ROLES: '' }).port).toBe(3000);
  });

  it('reads the worker roles as a list', () => {
    expect(loadConfig({ ROLES: 'timers, projections' }).roles).toEqual(['timers', 'projections']);
  });

  it('serves the figures of a worker only where a port is given, and then on loopback', () => {
    expect(loadConfig({}).metrics).toBeUndefined();
    expect(loadConfig({ METRICS_PORT: '9464' }).metrics).toEqual({ port: 9464, host: '127.0.0.1' });
    expect(loadConfig({ METRICS_PORT: '0', METRICS_HOST: '0.0.0.0' }).metrics).toEqual({ port: 0, host: '0.0.0.0' });
  });

  it('names every wrong variable at once', () => {
    const load = () => loadConfig({ PORT: 'x', DATABASE_URL: 'mysql://h/x', ROLES: 'cook' });
    expect(load).toThrow(ConfigError);
    try {
      load();
    } catch (error) {
      expect((error as ConfigError).problems.map((problem) => problem.split(':')[0])).toEqual([
        'PORT',
        'DATABASE_URL',
        'ROLES.0',
      ]);
    }
  });

  it('keeps read models in another database with the role projections alone', () => {
    const own = { DATABASE_URL: 'postgres://app@h/log', READ_MODELS_DATABASE_URL: 'postgres://app@h/sink' };
    expect(loadConfig({}).sink).toBeUndefined();
    expect(loadConfig({ ...own, ROLES: 'projections' }).sink).toEqual({
      url: 'postgres://app@h/sink',
      migrationUrl: 'postgres://app@h/sink',
    });
    const owner = { READ_MODELS_MIGRATION_URL: 'postgres://o@h/sink' };
    expect(loadConfig({ ...own, ...owner, ROLES: 'projections' }).sink?.migrationUrl).toBe('postgres://o@h/sink');
    expect(() => loadConfig(own)).toThrow('ROLES: expected projections alone');
    expect(() => loadConfig({ ...own, ROLES: 'projections,timers' })).toThrow('ROLES: expected projections alone');
    const same = { ...own, READ_MODELS_DATABASE_URL: own.DATABASE_URL, ROLES: 'projections' };
    expect(() => loadConfig(same)).toThrow("another database than the log's");
    expect(() => loadConfig(owner)).toThrow('READ_MODELS_DATABASE_URL: expected, because');
  });

  it('wants all three AUTH variables or none', () => {
    expect(() => loadConfig({ AUTH_ISSUER: 'https://id.example' })).toThrow(/AUTH_JWKS_URL.*\n.*AUTH_AUDIENCE/);
    expect(
      loadConfig({
        AUTH_JWKS_URL: 'https://id.example/jwks',
        AUTH_ISSUER: 'https://id.example',
        AUTH_AUDIENCE: 'fieldcase',
      }).auth.kind,
    ).toBe('external');
  });
});
