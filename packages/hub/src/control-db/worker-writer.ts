import { LumenError } from '@lumen/std/error'
import type { SqlValue, Statement, WriteResult } from './statement.ts'
import type { WriterReply, WriterRequest } from './writer-worker.ts'

type Waiting = { resolve: (results: never[]) => void; reject: (fault: unknown) => void }
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never

/** The main thread's end of the writer worker: requests in order, answers by number. */
export class WorkerWriter implements AsyncDisposable {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #fault: LumenError | undefined

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.onmessage = ({ data }: MessageEvent<WriterReply>) => {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if (data.ok) waiting?.resolve(data.results as never[])
      else waiting?.reject(new LumenError(data.code ?? 'control_db_write_failed', data.message))
    }
    worker.onerror = ({ message }) => {
      this.#fault = new LumenError('control_db_write_failed', `The writer of control.db ended: ${message}`)
      for (const { reject } of this.#waiting.values()) reject(this.#fault)
      this.#waiting.clear()
    }
  }

  static async open(
    path: string,
    url: string | URL = new URL('./writer-worker.ts', import.meta.url),
  ): Promise<WorkerWriter> {
    const writer = new WorkerWriter(new Worker(url))
    try {
      await writer.#ask({ kind: 'open', path })
    } catch (fault) {
      writer.#worker.terminate()
      throw fault
    }
    return writer
  }

  run(batch: readonly Statement[]): Promise<WriteResult[]> {
    return this.#ask({ kind: 'run', batch })
  }

  query(sql: string, values: readonly SqlValue[]): Promise<unknown[]> {
    return this.#ask({ kind: 'query', sql, values })
  }

  #ask<Result>(request: Unnumbered<WriterRequest>): Promise<Result[]> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ ...request, id })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#fault === undefined) await this.#ask({ kind: 'close' })
    this.#worker.terminate()
  }
}
