import { randomUUID } from 'node:crypto';
import type { CommandOptions } from '@fieldcase/application';
import { openCommandOffice, type CommandOffice } from '../../rig/command-office';

/** With as many connections as an API has by default. */
export const openBenchOffice = (url: string): Promise<CommandOffice> => openCommandOffice(url, 'bench', 10);

export const faultReport = {
  type: 'ReportFault',
  siteName: '红旗农场',
  contact: { name: '王建国', phone: '13900001111' },
  address: '一路 1 号',
  region: 'east',
  faultDescription: '割台皮带断裂',
} as const;

/** Of a dispatcher whose request has a key of its own, as every command over HTTP has. */
export function keyed(key: string = randomUUID()): CommandOptions {
  return { actor: 'zhao', roles: ['dispatcher'], key: { sub: 'zhao', key, request: `POST /api/v1/cases ${key}` } };
}
