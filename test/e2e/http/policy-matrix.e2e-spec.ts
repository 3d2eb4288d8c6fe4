import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ROLES } from '@fieldcase/contracts';
import { startApi, type ApiUnderTest } from './api-fixture';
import { Caller, callerAs, expectProblem } from './requests';

const OFFICE = 'agent dispatcher supervisor';
const OFFICE_OR_TECHNICIAN = `${OFFICE} technician`;
const TECHNICIAN = 'technician dispatcher';
const CASE_READERS = `${OFFICE} technician depot-clerk analyst regulator`;
const DEPOT = 'depot-clerk technician';
const DEPOT_OR_SUPERVISOR = `${DEPOT} supervisor`;
const PUBLIC = 'public';

/** The contract, written out: who may use which route. Whatever is in the router and not here fails. */
const EXPECTED: Readonly<Record<string, string>> = {
  'POST /api/v1/cases': OFFICE,
  'POST /api/v1/cases/:id/triage': OFFICE,
  'POST /api/v1/cases/:id/details': OFFICE,
  'POST /api/v1/cases/:id/notes': OFFICE_OR_TECHNICIAN,
  'POST /api/v1/cases/:id/owner': OFFICE,
  'POST /api/v1/cases/:id/responsibility': OFFICE,
  'POST /api/v1/cases/:id/customer-time': OFFICE,
  'POST /api/v1/cases/:id/customer-time/withdrawal': OFFICE,
  'POST /api/v1/cases/:id/merge': OFFICE,
  'POST /api/v1/cases/:id/dispatch': 'dispatcher',
  'POST /api/v1/cases/:id/visits/:visitId/acceptance': TECHNICIAN,
  'POST /api/v1/cases/:id/visits/:visitId/declination': TECHNICIAN,
  'POST /api/v1/cases/:id/visits/:visitId/withdrawal': 'dispatcher',
  'POST /api/v1/cases/:id/visits/:visitId/appointment': OFFICE_OR_TECHNICIAN,
  'POST /api/v1/cases/:id/visits/:visitId/departure': TECHNICIAN,
  'POST /api/v1/cases/:id/visits/:visitId/arrival': TECHNICIAN,
  'POST /api/v1/cases/:id/visits/:visitId/diagnosis': TECHNICIAN,
  'POST /api/v1/cases/:id/visits/:visitId/completion': TECHNICIAN,
  'POST /api/v1/cases/:id/visits/:visitId/materials': TECHNICIAN,
  'POST /api/v1/cases/:id/signature': TECHNICIAN,
  'POST /api/v1/cases/:id/customer-informed': OFFICE_OR_TECHNICIAN,
  'POST /api/v1/cases/:id/pause': OFFICE_OR_TECHNICIAN,
  'POST /api/v1/cases/:id/resume': OFFICE_OR_TECHNICIAN,
  'POST /api/v1/cases/:id/exemptions': OFFICE,
  'POST /api/v1/cases/:id/exemptions/:exemptionId/approval': 'supervisor',
  'POST /api/v1/cases/:id/exemptions/:exemptionId/refusal': 'supervisor',
  'POST /api/v1/cases/:id/voidings/:clockId/approval': 'supervisor',
  'POST /api/v1/cases/:id/voidings/:clockId/refusal': 'supervisor',
  'POST /api/v1/cases/:id/close': OFFICE,
  'POST /api/v1/cases/:id/cancel': OFFICE,
  'POST /api/v1/cases/:id/reopen': OFFICE,
  'POST /api/v1/cases/:id/part-requests': TECHNICIAN,
  'POST /api/v1/part-requests/:partRequestId/acknowledgement': DEPOT,
  'POST /api/v1/part-requests/:partRequestId/declination': DEPOT,
  'POST /api/v1/part-requests/:partRequestId/shipment': DEPOT,
  'POST /api/v1/part-requests/:partRequestId/receipt': TECHNICIAN,
  'POST /api/v1/part-requests/:partRequestId/shortage': TECHNICIAN,
  'POST /api/v1/part-requests/:partRequestId/consumption': TECHNICIAN,
  'POST /api/v1/part-requests/:partRequestId/return': TECHNICIAN,
  'POST /api/v1/part-requests/:partRequestId/return-receipt': DEPOT,
  'POST /api/v1/part-requests/:partRequestId/cancellation': TECHNICIAN,
  'POST /api/v1/depots/:depotId/stock/:partNumber/receipts': DEPOT_OR_SUPERVISOR,
  'POST /api/v1/depots/:depotId/stock/:partNumber/counts': DEPOT_OR_SUPERVISOR,
  'POST /api/v1/depots/:depotId/stock/:partNumber/adjustments': DEPOT_OR_SUPERVISOR,
  'POST /api/v1/depots/:depotId/stock/:partNumber/levels': DEPOT_OR_SUPERVISOR,
  'POST /api/v1/depots/:depotId/suggestions/:suggestionId/acceptance': DEPOT_OR_SUPERVISOR,
  'POST /api/v1/depots/:depotId/suggestions/:suggestionId/dismissal': DEPOT_OR_SUPERVISOR,
  'POST /api/v1/depots/:depotId/transfers': DEPOT,
  'POST /api/v1/transfers/:transferId/dispatch': DEPOT,
  'POST /api/v1/transfers/:transferId/receipt': DEPOT,
  'POST /api/v1/stock-adjustments/:adjustmentId/approval': 'supervisor',
  'POST /api/v1/stock-adjustments/:adjustmentId/refusal': 'supervisor',
  'GET /api/v1/part-requests/:partRequestId': CASE_READERS,
  'GET /api/v1/depots/:depotId/part-requests/feed': DEPOT_OR_SUPERVISOR,
  'GET /api/v1/depots/:depotId/stock': CASE_READERS,
  'GET /api/v1/depots/:depotId/suggestions': CASE_READERS,
  'GET /api/v1/depots/:depotId/worklist': CASE_READERS,
  'GET /api/v1/assets/:serial': CASE_READERS,
  'GET /api/v1/depots/:depotId/pick-list': DEPOT_OR_SUPERVISOR,
  'GET /api/v1/part-requests/:partRequestId/delivery-note': DEPOT_OR_SUPERVISOR,
  'GET /api/v1/depots/:depotId/stock/:partNumber/card': CASE_READERS,
  'GET /api/v1/transfers/:transferId': CASE_READERS,
  'GET /api/v1/stock-adjustments/:adjustmentId': CASE_READERS,
  'POST /api/v1/cases/:id/ratings': OFFICE,
  'GET /api/v1/cases/:id/ratings': CASE_READERS,
  'GET /api/v1/satisfaction': `${OFFICE} analyst regulator`,
  'POST /api/v1/surveys/:token': PUBLIC,
  'GET /api/v1/surveys/:token': PUBLIC,
  'POST /surveys/:token': PUBLIC,
  'GET /surveys/:token': PUBLIC,
  'POST /api/v1/technicians': 'supervisor',
  'POST /api/v1/depots': 'supervisor',
  'POST /api/v1/parts': 'supervisor',
  'POST /api/v1/machine-populations': 'supervisor',
  'POST /api/v1/sla-policies': 'supervisor',
  'GET /api/v1/cases': CASE_READERS,
  'GET /api/v1/cases/:id': CASE_READERS,
  'GET /api/v1/cases/:id/timeline': CASE_READERS,
  'GET /api/v1/cases/:id/clocks': CASE_READERS,
  'GET /api/v1/technicians': `${OFFICE} technician analyst regulator`,
  'GET /api/v1/technicians/:id': `${OFFICE} technician analyst regulator`,
  'GET /api/v1/depots': CASE_READERS,
  'GET /api/v1/depots/:id': CASE_READERS,
  'GET /api/v1/parts': CASE_READERS,
  'GET /api/v1/parts/:partNumber': CASE_READERS,
  'GET /api/v1/sla-policies': `${OFFICE} technician analyst regulator`,
  'GET /api/v1/sla-policies/:id': `${OFFICE} technician analyst regulator`,
  'GET /api/v1/machine-populations': `${OFFICE} analyst regulator`,
  'GET /api/v1/machine-populations/:county/:product': `${OFFICE} analyst regulator`,
  'GET /api/v1/visits': `${OFFICE} technician analyst regulator`,
  'GET /api/v1/approvals': 'supervisor',
  'GET /api/v1/sla/summary': `${OFFICE} analyst regulator`,
  'GET /api/v1/live': CASE_READERS,
  'GET /status': 'operator',
  'GET /metrics': 'operator',
  'GET /health/live': PUBLIC,
  'GET /health/ready': PUBLIC,
  'GET /openapi.json': PUBLIC,
  'GET /asyncapi.json': PUBLIC,
  'GET /docs': PUBLIC,
  'GET /': PUBLIC,
};

/** HEAD is the same route to the guards. */
const expectedOf = (route: string): string | undefined => EXPECTED[route.replace(/^HEAD/, 'GET')];
const address = (url: string): string => url.replace(/:\w+/g, 'absent');

describe('who may use which route', () => {
  let api: ApiUnderTest;
  const callers = new Map<string, Caller>();
  const send = (caller: Caller, method: string, url: string) => {
    if (method === 'POST') return caller.post(address(url), {});
    const query = url === '/api/v1/live' && method === 'GET' ? '?surprise=1' : '';
    return caller.send(method, address(url) + query, undefined, {});
  };
  beforeAll(async () => {
    api = await startApi();
    for (const role of ROLES) callers.set(role, await callerAs(api, role));
    callers.set('every role', await callerAs(api, 'all', { roles: ROLES, depots: ['d'] }));
    callers.set('no role', await callerAs(api, 'none', { roles: [] }));
  });
  afterAll(() => api.stop());

  it('the table names every route of the router, and no other', () => {
    const routes = api.api.routes.all().filter(({ method }) => method !== 'HEAD');
    expect(routes.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it('every cell of routes and roles is as the table says', async () => {
    const wrong: string[] = [];
    let cells = 0;
    for (const { method, url } of api.api.routes.all()) {
      const expected = expectedOf(`${method} ${url}`)?.split(' ') ?? [];
      for (const [role, caller] of callers) {
        cells += 1;
        const { status, headers, body } = await send(caller, method, url);
        const mayBy = expected.includes(PUBLIC) || expected.includes(role) || role === 'every role';
        const refused = method === 'HEAD' ? status === 403 : body['code'] === 'auth.role-not-allowed';
        const problem = headers.get('content-type')?.startsWith('application/problem+json') === true;
        if (mayBy === refused || status === 401 || (refused && !(status === 403 && problem))) {
          wrong.push(`${method} ${url} by ${role}: ${status} ${String(body['code'])}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(cells).toBe(api.api.routes.all().length * (ROLES.length + 2));
  });

  it('nobody without a good token gets past any route that is not public', async () => {
    const expired = await api.sign({
      sub: 'li',
      roles: ['supervisor'],
      exp: Math.floor(api.clock.now / 1_000) - 3_600,
    });
    for (const { method, url } of api.api.routes.all()) {
      const isPublic = expectedOf(`${method} ${url}`) === PUBLIC;
      for (const token of ['', expired]) {
        const answer = await send(new Caller(api, token), method, url);
        // What a survey's link opens is its own check; it asks for no token.
        if (isPublic && url.includes('/surveys/')) expect([400, 404]).toContain(answer.status);
        else if (isPublic) expect({ url, status: answer.status }).toEqual({ url, status: 200 });
        else if (method === 'HEAD') expect({ url, status: answer.status }).toEqual({ url, status: 401 });
        else expectProblem(answer, 401, token === '' ? 'auth.token-missing' : 'auth.token-invalid');
      }
    }
  });

  it('what the document says of roles is what the router does', async () => {
    const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { 'x-roles': string | string[] }>>;
    };
    for (const [url, item] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(item)) {
        const expected = EXPECTED[`${method.toUpperCase()} ${url.replace(/\{(\w+)\}/g, ':$1')}`]?.split(' ').sort();
        expect({ url, roles: [operation['x-roles']].flat().sort() }).toEqual({ url, roles: expected });
      }
    }
  });

  it('a route without a policy stops the start, and is named', async () => {
    @ApiExcludeController()
    @Controller('forgotten')
    class ForgottenController {
      @Get('route')
      answer(): string {
        return 'anyone';
      }
    }
    const start = startApi({ change: (options) => ({ ...options, controllers: [ForgottenController] }) });
    await expect(start).rejects.toThrow(/GET \/forgotten\/route.*Declare who may call them/);
  });
});
