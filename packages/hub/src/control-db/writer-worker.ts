/// <reference lib="webworker" />
// Entry of the worker that owns control.db's writes, so that a stalled disk stalls only this thread.
import type { Database } from 'bun:sqlite'
import { errorCode, errorMessage } from '@lumen/std/error'
import { openConnection } from './connection.ts'
import { runBatch, type Statement, type WriteResult } from './statement.ts'

export type WriterRequest =
  | { kind: 'open'; id: number; path: string }
  | { kind: 'run'; id: number; batch: readonly Statement[] }
  | { kind: 'close'; id: number }

export type WriterReply =
  | { id: number; ok: true; results: WriteResult[] }
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

function perform(request: WriterRequest): WriteResult[] {
  if (request.kind === 'open') {
    db = openConnection(request.path)
    return []
  }
  if (request.kind === 'close') {
    db?.close()
    db = undefined
    return []
  }
  return runBatch(db!, request.batch)
}
