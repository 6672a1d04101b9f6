import { type Child, type ChildOptions, startChild } from './child.ts'

/** A process that is started again whenever it ends, as a service manager would. */
export interface Supervised extends AsyncDisposable {
  /** Every run so far, the present one last. */
  runs: readonly Child[]
  /** What all of them printed. */
  output(): string
}

/** Quick enough for a test, slow enough not to spin. */
const RESTART_MS = 100

export function startSupervised(command: readonly string[], options: ChildOptions = {}): Supervised {
  const runs: Child[] = []
  let isStopping = false
  const keepRunning = async () => {
    while (!isStopping) {
      const child = startChild(command, options)
      runs.push(child)
      await child.exited
      if (!isStopping) await Bun.sleep(RESTART_MS)
    }
  }
  const running = keepRunning()
  return {
    runs,
    output: () => runs.map((child) => child.stdout() + child.stderr()).join(''),
    async [Symbol.asyncDispose]() {
      isStopping = true
      await runs.at(-1)?.stop()
      await running
    },
  }
}
