import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { mappingJsonSchema } from '@fieldcase/contracts';

/** Writes the JSON Schema of import mappings, for editors. */
const file = path.join(__dirname, '../../infra/import/mapping.schema.json');
writeFileSync(file, `${JSON.stringify(mappingJsonSchema(), null, 2)}\n`);
