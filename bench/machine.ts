import { cpus, release, totalmem } from 'node:os'

export interface Machine {
  cpu: string
  cores: number
  memoryBytes: number
  kernel: string
  bun: string
}

export function machine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model ?? 'unknown',
    cores: all.length,
    memoryBytes: totalmem(),
    kernel: release(),
    bun: Bun.version,
  }
}

/** The commit checked out, `-dirty` behind it when files were changed; null outside a checkout. */
export function commit(root: string): string | null {
  const git = (...args: string[]) => {
    const { success, stdout } = Bun.spawnSync(['git', '-C', root, ...args], { stderr: 'ignore' })
    return success ? stdout.toString().trim() : null
  }
  const head = git('rev-parse', '--short=12', 'HEAD')
  return head === null ? null : `${head}${git('status', '--porcelain') === '' ? '' : '-dirty'}`
}
