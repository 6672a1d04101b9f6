import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Roots } from './config.ts'
import { type Machine, rootsOf } from './fixture.ts'

/** A machine of the fixtures that a test may change; the test deletes its folder. */
export interface MachineCopy extends Roots {
  folder: string
  write(path: string, text: string): void
}

export function copyOf(machine: Machine): MachineCopy {
  const folder = mkdtempSync(join(tmpdir(), 'lumen-agent-'))
  cpSync(join(rootsOf(machine).procRoot, '..'), folder, { recursive: true, verbatimSymlinks: true })
  return {
    folder,
    procRoot: join(folder, 'proc'),
    sysRoot: join(folder, 'sys'),
    rootfs: join(folder, 'root'),
    write: (path, text) => {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
  }
}
