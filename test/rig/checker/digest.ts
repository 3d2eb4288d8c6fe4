import { createHash } from 'node:crypto';
import type { OutgoingRecord } from '@fieldcase/kafka';

/** Of what a record says, wherever it stands. */
export const digestOf = ({ key, value }: Pick<OutgoingRecord, 'key' | 'value'>): string =>
  createHash('sha1')
    .update(JSON.stringify([key, value]))
    .digest('base64');
