import type { Staff } from './stories';

/** One command: by whom, where, with what, and what the case says afterwards. */
export interface Step {
  /** As the router has it. */
  readonly route: string;
  readonly by: keyof Staff;
  /** Makes what the command needs, and answers the address. */
  readonly at: () => Promise<string>;
  readonly body?: object | ((path: string) => Promise<object>);
  readonly status?: number;
  readonly after: Readonly<Record<string, unknown>>;
}

export const CASE_ROUTE = '/api/v1/cases/:id';
export const VISIT_ROUTE = `${CASE_ROUTE}/visits/:visitId`;

/** @returns the case's address */
export async function expectStep(staff: Staff, { at, body, by, status = 200, after }: Step): Promise<string> {
  const path = await at();
  const sent = typeof body === 'function' ? ((await body(path)) as object) : (body ?? {});
  const answer = await staff[by].post(path, sent);
  expect({ status: answer.status, problem: answer.body['detail'] }).toEqual({ status });
  const casePath = `/api/v1/cases/${String(answer.body['id'])}`;
  const page = await staff.supervisor.get(casePath);
  expect(page.body).toMatchObject(after);
  expect(page.body['version']).toBe(answer.body['version']);
  return casePath;
}

export async function signatureOf(staff: Staff, casePath: string): Promise<object> {
  const { body } = await staff.agent.get(casePath);
  return { signerName: '王建国', materialsDigest: body['materialsDigest'], image: 'aGVsbG8=' };
}
