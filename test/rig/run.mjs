import { dispatch } from './dispatch.mjs';

await dispatch(new URL('.', import.meta.url), 'rig', process.argv.slice(2));
