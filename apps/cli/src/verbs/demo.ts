import type { Command } from 'commander';
import type { Run } from '../verb';

export function demoVerb(_program: Command, _runOf: (verb: Command) => Run): void {}
