import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How far the work is done, and a line for each parcel: two files in one folder. */
export function openState(folder) {
  mkdirSync(folder, { recursive: true });
  const sequenceFile = join(folder, 'sequence');
  const ledgerFile = join(folder, 'ledger.tsv');
  return {
    after: existsSync(sequenceFile) ? Number(readFileSync(sequenceFile, 'utf8')) : 0,

    /** Everything up to here is done. */
    advance(sequence) {
      writeFileSync(`${sequenceFile}.new`, String(sequence));
      renameSync(`${sequenceFile}.new`, sequenceFile);
      this.after = sequence;
    },

    /** Killed between the ledger and the sequence: the line stands already. */
    shipped({ sequence, partRequestId, partNumber, quantity }, { siteName = '', contact, address = '' } = {}) {
      const written = existsSync(ledgerFile) ? readFileSync(ledgerFile, 'utf8') : '';
      if (written.split('\n').some((line) => line.startsWith(`${sequence}\t`))) return;
      const label = [siteName, contact ? `${contact.name} ${contact.phone}` : '', address];
      appendFileSync(ledgerFile, `${[sequence, partRequestId, partNumber, quantity, ...label].join('\t')}\n`);
      console.log(`${sequence} shipped ${partRequestId}: ${quantity} x ${partNumber} to ${address}`);
    },
  };
}
