import { LumenError } from '@lumen/std/error'
import { sleep } from '@lumen/std/sleep'
import type { ColdCall, ColdCalls, ColdReply, ColdStart, ColdWear } from './messages.ts'

interface Running {
  worker: Worker
  stop: Int32Array<SharedArrayBuffer>
  waiting: Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>
  /** Settles when it has answered after it was told to stop. */
  idle: PromiseWithResolvers<void>
}

/** How long a job that was told to stop may take to do so. */
const STOP_MS = 80

/** The main thread's end of the cold tier's worker, which is started for the first job and ended after the last: it
 * has work for some seconds a day. One that dies takes only its job along. */
export class ColdClient {
  readonly #url: string | URL
  readonly #start: Omit<ColdStart, 'stop'>
  readonly #onWear: (wear: ColdWear) => void
  #running: Running | null = null
  #nextId = 1
  #isClosed = false

  /** @param onWear told what each call wrote */
  constructor(url: string | URL, start: Omit<ColdStart, 'stop'>, onWear: (wear: ColdWear) => void) {
    this.#url = url
    this.#start = start
    this.#onWear = onWear
  }

  /** @throws {LumenError} with the code the worker gave, `cold_ended` when it died, `cold_closed` after `close` */
  call<C extends ColdCall>(call: C, request: ColdCalls[C][0]): Promise<ColdCalls[C][1]> {
    if (this.#isClosed) return Promise.reject(closed())
    this.#running ??= this.#launch()
    const { worker, waiting } = this.#running
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: (answer) => resolve(answer as ColdCalls[C][1]), reject })
      worker.postMessage({ id, call, request })
    })
  }

  /** Ends the worker until it is needed again. Nothing may be under way. */
  rest(): void {
    this.#running?.worker.terminate()
    this.#running = null
  }

  /** What is under way is given up: a file that is not listed counts for nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    const running = this.#running
    if (running === null) return
    Atomics.store(running.stop, 0, 1)
    if (running.waiting.size > 0) await Promise.race([running.idle.promise, sleep(STOP_MS)])
    this.#end(running, closed())
    this.rest()
  }

  #launch(): Running {
    const worker = new Worker(this.#url)
    const stop = new Int32Array(new SharedArrayBuffer(4))
    const running: Running = { worker, stop, waiting: new Map(), idle: Promise.withResolvers() }
    worker.onmessage = ({ data }: MessageEvent<ColdReply>) => {
      const waiting = running.waiting.get(data.id)
      running.waiting.delete(data.id)
      this.#onWear(data.wear)
      if (data.ok) waiting?.resolve(data.answer)
      else waiting?.reject(new LumenError(data.code, data.message))
      if (this.#isClosed) running.idle.resolve()
    }
    const died = (reason: string) => {
      if (this.#running === running) this.#running = null
      this.#end(
        running,
        new LumenError('cold_ended', `Cannot go on: the cold tier's worker is gone (${reason})`),
      )
    }
    worker.onerror = (event) => died(event.message)
    worker.addEventListener('close', () => died('it ended'))
    worker.postMessage({ ...this.#start, stop } satisfies ColdStart)
    return running
  }

  #end({ waiting }: Running, error: LumenError): void {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
}

function closed(): LumenError {
  return new LumenError('cold_closed', 'Cannot go on: the store is closed')
}
