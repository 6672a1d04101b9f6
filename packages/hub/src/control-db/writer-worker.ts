/// <reference lib="webworker" />
// Entry of the worker that owns control.db's writes and later reads, so that a stalled disk stalls only this thread.
import type { Database } from 'bun:sqlite'
import { errorCode, errorMessage } from '@lumen/std/error'
import { openConnection } from './connection.ts'
import { runBatch, type SqlValue, type Statement } from './statement.ts'

export type WriterRequest =
  | { kind: 'open'; id: number; path: string }
  | { kind: 'run'; id: number; batch: readonly Statement[] }
  | { kind: 'query'; id: number; sql: string; values: readonly SqlValue[] }
  | { kind: 'close'; id: number }

export type WriterReply =
  | { id: number; ok: true; results: unknown[] }
  | { id: number; ok: false; code: string | undefined; message: string }

declare const self: DedicatedWorkerGlobalScope
let db: Database | undefined

self.onmessage = ({ data }: MessageEvent<WriterRequest>) => {
  self.postMessage(reply(data))
}

function reply(request: WriterRequest): WriterReply {
  try {
    return { id: request.id, ok: true, results: perform(request) }
  } catch (thrown) {
    return { id: request.id, ok: false, code: errorCode(thrown), message: errorMessage(thrown) }
  }
}

function perform(request: WriterRequest): unknown[] {
  if (request.kind === 'open') {
    db = openConnection(request.path)
    return []
  }
  if (request.kind === 'close') {
    db?.close()
    db = undefined
    return []
  }
  if (request.kind === 'query') return db!.query<unknown, SqlValue[]>(request.sql).all(...request.values)
  return runBatch(db!, request.batch)
}
