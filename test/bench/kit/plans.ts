import type { Pool } from 'pg';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

async function planOf(pool: Pool, { text, values }: Statement, options: string): Promise<PlanNode> {
  const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (format json${options}) ${text}`, [
    ...values,
  ]);
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (!plan) throw new Error('no plan came back');
  return plan;
}

/** Tables that the planner would read from end to end, each as often as it would. */
export async function scannedTables(pool: Pool, statement: Statement): Promise<string[]> {
  const found = (node: PlanNode): string[] => [
    ...(node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? '?'] : []),
    ...(node.Plans ?? []).flatMap(found),
  ];
  return found(await planOf(pool, statement, ''));
}

/** Pages of 8 KB that it looks at. */
export async function buffersOf(pool: Pool, statement: Statement): Promise<number> {
  const plan = await planOf(pool, statement, ', analyze, buffers');
  return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
}
