import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { errorMessage } from '@lumen/std/error'

export type ProgramOutcome =
  | { kind: 'done'; code: number; output: string }
  /** There is no such program. */
  | { kind: 'missing' }
  /** It could not be run to its end. */
  | { kind: 'failed'; reason: string }

export interface ProgramOptions {
  /** A name, looked for in the usual folders, or a path. */
  program: string
  timeoutMs: number
}

/** Where systems keep such programs; `PATH` of a service often leaves out the first. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/sbin', '/bin']
const MAX_OUTPUT = 1024 * 1024
/** A program that is killed and still there after this waits for a device in the kernel. */
const DEATH_MS = 2_000

/** Where a program may be: its path, or its name in the usual folders. */
export function programPlaces(program: string): string[] {
  return program.startsWith('/') ? [program] : FOLDERS.map((folder) => `${folder}/${program}`)
}

/** The path of a program, or undefined where it is not. */
export function findProgram(program: string): string | undefined {
  return programPlaces(program).find((path) => existsSync(path))
}

/** A program of this machine that its owner lets the agent run: one run at a time, without a shell, with nothing of the
 * agent's own environment, bounded in time and output. */
export class Program {
  readonly #options: ProgramOptions
  #child: ChildProcess | undefined

  constructor(options: ProgramOptions) {
    this.#options = options
  }

  /** Never rejects. A run that hangs is killed; as long as the kernel holds on to it, there is no other. */
  async run(args: readonly string[]): Promise<ProgramOutcome> {
    const { program } = this.#options
    const path = findProgram(program)
    if (path === undefined) return { kind: 'missing' }
    if (this.#child !== undefined) return failed(`${program} of before still hangs`)
    try {
      return await this.#runToEnd(path, args)
    } catch (error) {
      this.#child = undefined
      return failed(`${program} cannot be run: ${errorMessage(error)}`)
    }
  }

  /** Ends a run under way. */
  stop(): void {
    if (this.#child !== undefined) end(this.#child)
  }

  #runToEnd(path: string, args: readonly string[]): Promise<ProgramOutcome> {
    const { program, timeoutMs } = this.#options
    return new Promise((resolve, reject) => {
      // Only an agent that was told to runs anything: the others never load this.
      const { spawn } = process.getBuiltinModule('node:child_process')
      const child = spawn(path, args, {
        cwd: '/',
        env: { PATH: FOLDERS.join(':'), LC_ALL: 'C' },
        stdio: ['ignore', 'pipe', 'ignore'],
        // A group of its own, so that what it started ends with it.
        detached: true,
      })
      this.#child = child
      let output = ''
      let cause: string | undefined
      const settle = (outcome: ProgramOutcome) => {
        clearTimeout(timer)
        resolve(cause === undefined ? outcome : failed(cause))
      }
      const giveUp = (reason: string) => {
        cause = `${program} ${reason}`
        end(child)
        clearTimeout(timer)
        timer = setTimeout(() => resolve(failed(`${program} ${reason}`)), DEATH_MS)
      }
      let timer = setTimeout(() => giveUp(`gave no answer within ${timeoutMs / 1_000} s`), timeoutMs)
      child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        if (cause !== undefined) return
        output += text
        if (output.length > MAX_OUTPUT) giveUp(`said more than ${MAX_OUTPUT} characters`)
      })
      child.on('error', (error) => {
        clearTimeout(timer)
        reject(error)
      })
      child.on('exit', () => {
        this.#child = undefined
      })
      child.on('close', (code, signal) => {
        settle(code === null ? failed(`${program} was ended by ${signal}`) : { kind: 'done', code, output })
      })
    })
  }
}

function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

const failed = (reason: string): ProgramOutcome => ({ kind: 'failed', reason })
