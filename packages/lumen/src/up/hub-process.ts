import { Backoff } from '@lumen/std/backoff'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import { sleep } from '@lumen/std/sleep'
import { Refusal } from '../cli/refusal.ts'
import { encodeLine, type HubNews, type HubOrder, type HubReady } from './hub-message.ts'
import { eachLine } from './lines.ts'

/** A hub that ran this long was well: its next end starts the back-off anew. */
const WELL_MS = 30_000
const STOP_LIMIT_MS = 3_500

export interface HubProcessOptions {
  /** Runs the hub's role, as in `lumen hub --supervised`. */
  command: readonly string[]
  order: HubOrder
  log: Log
  /** Called at every start, the first included. */
  onReady?: (ready: HubReady) => void
  backoff?: Backoff
}

/** The hub as a child process that is started again whenever it ends. */
export class HubProcess implements AsyncDisposable {
  readonly #options: HubProcessOptions
  readonly #backoff: Backoff
  readonly #stopping = new AbortController()
  #order: HubOrder
  #child: Bun.Subprocess<'pipe', 'pipe', 'inherit'> | undefined
  #life: Promise<void> = Promise.resolve()

  constructor(options: HubProcessOptions) {
    this.#options = options
    this.#order = options.order
    this.#backoff = options.backoff ?? new Backoff({ firstMs: 200, maxMs: 10_000 })
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts the hub and keeps it running until disposed.
   * @throws {Refusal} with the hub's own code when it refuses its first start; `hub_failed` when it just ends. */
  async start(): Promise<HubReady> {
    const first = Promise.withResolvers<HubReady>()
    this.#life = this.#keepAlive(first)
    return first.promise
  }

  async #keepAlive(first: PromiseWithResolvers<HubReady>): Promise<void> {
    let wasReady = false
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now()
      const end = await this.#runOnce((ready) => {
        // A restart comes back at the same address and with the same code: both are printed and in use.
        this.#order = {
          ...this.#order,
          port: ready.port,
          setupCode: ready.setupCode ?? this.#order.setupCode,
        }
        wasReady = true
        first.resolve(ready)
        this.#options.onReady?.(ready)
      })
      if (this.#stopping.signal.aborted) return
      if (!wasReady) {
        const { code, message } = end.refused ?? {
          code: 'hub_failed',
          message: `The hub ended with ${end.how}`,
        }
        first.reject(new Refusal(code, message))
        return
      }
      if (performance.now() - startedAt > WELL_MS) this.#backoff.reset()
      const waitMs = this.#backoff.next()
      this.#options.log.error('the hub ended and is started again', {
        how: end.refused?.message ?? end.how,
        in_ms: waitMs,
      })
      await sleep(waitMs, this.#stopping.signal)
    }
  }

  async #runOnce(onReady: (ready: HubReady) => void): Promise<HubEnd> {
    const child = Bun.spawn([...this.#options.command], { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
    this.#child = child
    const end: HubEnd = { how: '', refused: undefined }
    const reading = eachLine(child.stdout, (line) => {
      const news = this.#parse(line)
      if (news?.kind === 'ready') onReady(news)
      else if (news?.kind === 'refused') end.refused = news
    })
    try {
      child.stdin.write(encodeLine(this.#order))
      await child.stdin.flush()
    } catch (error) {
      // It ended before it read: its exit says why.
      this.#options.log.debug('the hub took no order', { reason: errorMessage(error) })
    }
    await child.exited
    await reading
    end.how = child.signalCode !== null ? String(child.signalCode) : `exit code ${child.exitCode}`
    this.#child = undefined
    return end
  }

  #parse(line: string): HubNews | undefined {
    try {
      return JSON.parse(line) as HubNews
    } catch {
      this.#options.log.warn('the hub printed something unexpected', { line })
      return undefined
    }
  }

  /** Lets the hub write what it holds and end; kills it when that takes too long. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    const child = this.#child
    if (child !== undefined) {
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
      await Promise.resolve(child.stdin.end()).catch(() => {})
      await child.exited
      clearTimeout(limit)
    }
    await this.#life
  }
}

interface HubEnd {
  how: string
  refused: { code: string; message: string } | undefined
}
