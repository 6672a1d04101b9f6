/** The thread that makes cold files: seals, merges, rewrites, verifies, one after the other. It lists and deletes
 * nothing, so that what it was doing when it died counts for nothing. */
import { join } from 'node:path'
import { DAY } from '@lumen/model/time'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { FaultInjector } from '../fault-point.ts'
import type { ReplaceKind } from '../hot/messages.ts'
import { threadWriteBytes } from '../hot/thread-io.ts'
import type { ColdFile } from './cold-file.ts'
import { COLD_FOLDER } from './cold-folder.ts'
import type { ColdSeries } from './cold-series.ts'
import { type ColdFileMeta, coldFileName } from './file/cold-file-meta.ts'
import { coldPath } from './file/cold-path.ts'
import { mergeColdFiles } from './file/merge.ts'
import type { PutOptions } from './file/put-file.ts'
import { verifyColdFile } from './file/verify.ts'
import { writeColdFile } from './file/write.ts'
import { hotDay } from './hot-day.ts'
import type {
  ColdCall,
  ColdCalls,
  ColdMessage,
  ColdReply,
  ColdStart,
  ColdWear,
  MergeRequest,
  SealRequest,
} from './messages.ts'
import { lowerThreadPriority } from './thread-priority.ts'

declare const self: Worker

let start: ColdStart | undefined
let faults = new FaultInjector(null)

function begin(message: ColdStart): void {
  start = message
  faults = new FaultInjector(message.faultPoint)
  lowerThreadPriority()
}

function started(): ColdStart {
  if (start === undefined) throw new LumenError('cold_not_started', 'Cannot make cold files: not started')
  return start
}

/** @throws {LumenError} `cold_stopped` when what is under way is not wanted any more */
function checkpoint(): void {
  if (Atomics.load(started().stop, 0) !== 0) {
    throw new LumenError('cold_stopped', 'Cannot go on: the store is being closed')
  }
}

function seal({ entity, day, level, ticket, hostNames }: SealRequest): ColdFile | null {
  const { dir } = started()
  const span = { from: day, to: day + DAY }
  const { store, fileId: id, commitNo: commit } = ticket
  const meta: ColdFileMeta = { store, id, level, entity, span, commit, replaces: [] }
  const series = hotDay({ dir, entity, day, checkpoint })
  const first = series.next()
  if (first.done) return null
  return writeColdFile({
    ...whereTo('seal', meta, hostNames),
    series: withFirst(first.value, series, () => faults.reach('seal.mid-file')),
  })
}

function merge({ kind, level, ticket, sources, hostNames }: MergeRequest): ColdFile | null {
  const files = sources.map(({ file }) => file)
  const span = {
    from: Math.min(...files.map((file) => file.span.from)),
    to: Math.max(...files.map((file) => file.span.to)),
  }
  const meta: ColdFileMeta = {
    store: ticket.store,
    id: ticket.fileId,
    level,
    entity: files[0]!.entity,
    span,
    commit: ticket.commitNo,
    replaces: files.map(({ name }) => name),
  }
  const folder = join(started().dir, COLD_FOLDER)
  return mergeColdFiles({
    ...whereTo(kind, meta, hostNames),
    folder,
    files: sources.map(({ file, deleted }) => ({ file, dropHosts: new Set(deleted) })),
    checkpoint,
    afterGroup: () => faults.reach(`${kind}.mid-file`),
  })
}

function whereTo(
  kind: 'seal' | ReplaceKind,
  meta: ColdFileMeta,
  hostNames: ReadonlyMap<number, string>,
): PutOptions {
  const folder = join(started().dir, COLD_FOLDER)
  return {
    path: coldPath(folder, { entity: meta.entity, name: coldFileName(meta) }),
    meta,
    hostName: (host) => hostNames.get(host) ?? String(host),
    reach: (step) => {
      faults.reach(`${kind}.${step}`)
      checkpoint()
    },
  }
}

function* withFirst(
  first: ColdSeries,
  rest: Iterator<ColdSeries>,
  afterFirst: () => void,
): Generator<ColdSeries> {
  try {
    yield first
    afterFirst()
    for (let next = rest.next(); !next.done; next = rest.next()) {
      checkpoint()
      yield next.value
    }
  } finally {
    rest.return?.()
  }
}

function verify({ file }: { file: ColdFile }): string | null {
  const steps = verifyColdFile(join(started().dir, COLD_FOLDER), file)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    checkpoint()
  }
}

const HANDLERS: { [C in ColdCall]: (request: ColdCalls[C][0]) => ColdCalls[C][1] } = { seal, merge, verify }

function handle<C extends ColdCall>({ id, call, request }: ColdMessage<C>): ColdReply {
  const before = threadWriteBytes()
  try {
    const answer = HANDLERS[call](request)
    return { id, ok: true, answer, wear: wearOf(before, typeof answer === 'object' ? answer : null) }
  } catch (thrown) {
    const failed = { code: errorCode(thrown) ?? 'cold_failed', message: errorMessage(thrown) }
    return { id, ok: false, ...failed, wear: wearOf(before, null) }
  }
}

/** The file and its name are made durable each by itself. */
function wearOf(before: number | null, file: ColdFile | null): ColdWear {
  const after = threadWriteBytes()
  const bytes = before === null || after === null ? (file?.bytes ?? 0) : after - before
  return { bytes, commits: file === null ? 0 : 1, fsyncs: file === null ? 0 : 2 }
}

self.onmessage = ({ data }: MessageEvent<ColdStart | ColdMessage>) => {
  if ('stop' in data) begin(data)
  else {
    self.postMessage(handle(data))
    // The next job's buffers would come on top of this one's.
    Bun.gc(true)
  }
}
