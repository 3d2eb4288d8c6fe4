import { dispatch } from './dispatch.mjs';

dispatch(new URL('.', import.meta.url), 'rig', process.argv.slice(2));
