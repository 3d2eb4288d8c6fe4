import { dispatch } from '../rig/dispatch.mjs';

await dispatch(new URL('.', import.meta.url), 'bench', process.argv.slice(2));
