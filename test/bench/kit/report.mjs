import { createRequire } from 'node:module';

/** The report and the figures for a bench in JavaScript, which starts the product as it is and is run without the loader. */
const load = createRequire(import.meta.url);
load('../../rig/load-typescript.cjs');

/** @type {typeof import('./bench-report.ts')} */
export const { BenchReport } = load('./bench-report.ts');
/** @type {typeof import('./figures.ts')} */
export const { median, round } = load('./figures.ts');
