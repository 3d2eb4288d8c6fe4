import { round } from './figures';

/** Seconds of CPU by name of process, those of the tree and of this one. */
type CpuSeconds = Readonly<Record<string, number>>;

const GENERATOR = 'generator';

/** Who takes how much of the machine while something is done; nothing where the system does not tell (only Linux does). */
export class CpuUse {
  private readonly began = performance.now();

  private constructor(
    private readonly root: number,
    private readonly before: CpuSeconds,
  ) {}

  static async from(root: number): Promise<CpuUse> {
    return new CpuUse(root, await cpuSeconds(root));
  }

  /** Cores that were busy for it, by name. */
  async cores(): Promise<Record<string, number>> {
    const seconds = (performance.now() - this.began) / 1_000;
    const after = await cpuSeconds(this.root);
    const used = Object.entries(after).map(([name, at]) => [name, round((at - (this.before[name] ?? 0)) / seconds)]);
    return Object.fromEntries(used) as Record<string, number>;
  }
}

async function cpuSeconds(root: number): Promise<CpuSeconds> {
  const { cpuSecondsOf, nameOf, processTree } = await import('../../support/process-tree.mjs');
  const byName: Record<string, number> = { [GENERATOR]: cpuSecondsOf(process.pid) };
  for (const pid of processTree(root)) byName[nameOf(pid)] = (byName[nameOf(pid)] ?? 0) + cpuSecondsOf(pid);
  return byName;
}
