import { LumenError } from '@lumen/std/error'

/** Making a cold file: its first rows are handed over, it is written, on the disk, under its name, the name is on the
 * disk. */
const FILE_STEPS = ['mid-file', 'written', 'fsynced', 'renamed', 'folder-fsynced'] as const
const REPLACE_STEPS = [...FILE_STEPS, 'before-commit', 'after-commit', 'mid-unlink'] as const

/** Steps at which a test may have the process die, stall or fail. */
export const FAULT_POINTS = [
  'flush.before-begin',
  'flush.mid-rows',
  'flush.before-commit',
  'flush.after-commit',
  'flush.after-ack',
  'merge.before-commit',
  'divide.before-commit',
  'retain.mid',
  'delete-host.mid',
  ...steps('seal', [...FILE_STEPS, 'before-commit', 'after-commit']),
  ...steps('cold-merge', REPLACE_STEPS),
  ...steps('rewrite', REPLACE_STEPS),
  ...steps('cold-retain', ['before-commit', 'after-commit', 'mid-unlink']),
  'quarantine.moved',
] as const

export type FaultPoint = (typeof FAULT_POINTS)[number]

/** `NAME[@N][:stall=MS|:fail[=TIMES]]`: at the Nth time (default the first) NAME is reached, kill -9 this process,
 * or hold the thread, or throw as a full disk would, that time or TIMES in a row. Nothing when `spec` is null. */
export class FaultInjector {
  readonly #name: string | null
  readonly #action: string
  #countdown: number

  /** @throws {LumenError} `fault_point_unknown` */
  constructor(spec: string | null) {
    const match = /^([a-z.-]+)(?:@(\d+))?(?::(.+))?$/.exec(spec ?? '')
    this.#name = match?.[1] ?? null
    this.#countdown = Number(match?.[2] ?? 1)
    this.#action = match?.[3] ?? 'kill'
    if (spec !== null && !FAULT_POINTS.some((name) => name === this.#name)) {
      throw new LumenError(
        'fault_point_unknown',
        `Cannot inject at "${spec}": known are ${FAULT_POINTS.join(', ')}`,
      )
    }
  }

  reach(point: FaultPoint): void {
    if (point !== this.#name || --this.#countdown > 0) return
    const times = this.#action.startsWith('fail=') ? Number(this.#action.slice('fail='.length)) : 1
    if (this.#countdown <= -times) return
    if (this.#action === 'kill') process.kill(process.pid, 'SIGKILL')
    else if (this.#action.startsWith('fail'))
      throw new LumenError('fault_injected', `Injected failure at ${point}`)
    else if (this.#action.startsWith('stall=')) Bun.sleepSync(Number(this.#action.slice('stall='.length)))
  }
}

function steps<J extends string, S extends string>(job: J, names: readonly S[]): `${J}.${S}`[] {
  return names.map((name): `${J}.${S}` => `${job}.${name}`)
}
