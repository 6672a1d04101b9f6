import { until } from './until.ts'

export interface ChildOptions {
  cwd?: string
  /** Added to this process's environment; undefined removes a variable. */
  env?: Record<string, string | undefined>
  /** Written to stdin, which then ends. */
  stdin?: string
  /** Runs it in a process group of its own, and signals reach the whole group: for a shell and what it starts. */
  group?: boolean
}

/** A real process under test. Everything it prints is kept. Disposing ends it by its own pid, gently first. */
export interface Child extends AsyncDisposable {
  pid: number
  stdout(): string
  stderr(): string
  /** Exit code, or null when a signal ended it. */
  exited: Promise<number | null>
  isRunning(): boolean
  /** Waits for `pattern` in what it printed, on either stream. */
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpMatchArray>
  signal(name: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL if that takes longer than `withinMs`. Answers the exit code. */
  stop(withinMs?: number): Promise<number | null>
}

export function startChild(command: readonly string[], options: ChildOptions = {}): Child {
  const env = { ...process.env, ...options.env }
  const child = Bun.spawn([...command], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    stdin: options.stdin === undefined ? 'ignore' : new TextEncoder().encode(options.stdin),
    stdout: 'pipe',
    stderr: 'pipe',
    detached: options.group === true,
  })
  const signal = (name: NodeJS.Signals) => {
    if (options.group !== true) child.kill(name)
    else process.kill(-child.pid, name)
  }
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const exited = Promise.all([child.exited, stdout.ended, stderr.ended]).then(() => child.exitCode)
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const stop = async (withinMs = 8_000) => {
    if (isRunning()) signal('SIGTERM')
    const timer = setTimeout(() => isRunning() && signal('SIGKILL'), withinMs)
    await child.exited
    clearTimeout(timer)
    return exited
  }
  return {
    pid: child.pid,
    stdout: stdout.text,
    stderr: stderr.text,
    exited,
    isRunning,
    async printed(pattern, withinMs = 60_000) {
      const find = () => stdout.text().match(pattern) ?? stderr.text().match(pattern)
      try {
        return await until(
          `${pattern} from ${command.join(' ')}`,
          () => find() ?? (isRunning() ? null : 'ended'),
          {
            withinMs,
            everyMs: 10,
          },
        ).then(async (answer) => {
          if (answer !== 'ended') return answer
          await exited
          const late = find()
          if (late !== null) return late
          throw new Error(`${command.join(' ')} ended with ${child.exitCode} before it printed ${pattern}`)
        })
      } catch (error) {
        throw new Error(`${(error as Error).message}\nstdout: ${stdout.text()}\nstderr: ${stderr.text()}`)
      }
    },
    signal,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}

function collect(stream: ReadableStream<Uint8Array>) {
  let text = ''
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) text += decoder.decode(bytes, { stream: true })
  }
  return { text: () => text, ended: read() }
}
