import { foldersIn } from '../folder-names.ts'
import { readKernelText } from '../kernel-text.ts'

const MAX_DEPTH = 4
const MAX_GROUPS = 64

/** Id of a process of a group, else of a group inside it: an init system or Podman keeps them in inner ones. As the
 * reader's process namespace numbers them: undefined where they are all outside of it. Cost: one file for each
 * group looked at. */
export function firstProcess(folder: string): number | undefined {
  let level = [folder]
  let looked = 0
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const next: string[] = []
    for (const group of level) {
      if (looked === MAX_GROUPS) return undefined
      looked += 1
      const pid = firstOf(`${group}/cgroup.procs`)
      if (pid !== undefined) return pid
      next.push(...foldersIn(group).map((name) => `${group}/${name}`))
    }
    level = next
  }
  return undefined
}

function firstOf(file: string): number | undefined {
  try {
    const text = readKernelText(file) ?? ''
    // Processes of other namespaces are listed as 0.
    const pid = text.split('\n').find((line) => /^[1-9]\d*$/.test(line))
    return pid === undefined ? undefined : Number(pid)
  } catch {
    return undefined
  }
}
