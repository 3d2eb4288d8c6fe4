import { startApiOnPostgres } from './postgres-fixture';
import { callerAs, expectProblem, reported } from './requests';

it('before any worker has run, and `after` beyond what will come, lists are 503 read-model.behind', async () => {
  const api = await startApiOnPostgres({ env: { QUERY_WAIT_MS: '1' } });
  try {
    const caller = await callerAs(api, 'supervisor');
    const id = await reported(caller);
    const lists = ['cases', 'technicians', 'visits', 'approvals', 'sla/summary'];
    for (const path of lists) {
      const answer = await caller.get(`/api/v1/${path}${path === 'visits' ? '?technicianId=t' : ''}`);
      expectProblem(answer, 503, 'read-model.behind');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    await api.project();
    api.logged.splice(0);
    for (const path of [...lists, `cases/${id}`, `cases/${id}/timeline`, `cases/${id}/clocks`]) {
      const query = path === 'visits' ? 'technicianId=t&' : '';
      const answer = await caller.get(`/api/v1/${path}?${query}after=9223372036854775807`);
      expectProblem(answer, 503, 'read-model.behind');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(api.logged).toEqual([]);
  } finally {
    await api.stop();
  }
});
