/** The thread that owns the disk. One message at a time; long jobs give way to messages between steps. */
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { FaultInjector } from '../fault-point.ts'
import { isDamage, isSenseless, markDamaged } from './damage.ts'
import { openDirectory } from './directory-files.ts'
import { HotTier } from './hot-tier.ts'
import type { DirectoryLock } from './lock.ts'
import type {
  ColdDamageReport,
  DamageReport,
  HotCall,
  HotCalls,
  HotMessage,
  HotReply,
  OpenAnswer,
  OpenRequest,
} from './messages.ts'
import { repairHotDatabase } from './repair.ts'

declare const self: Worker

let lock: DirectoryLock | undefined
let opened: HotTier | undefined
let openedDir = ''
let damage: string | null = null

function tier(): HotTier {
  if (opened === undefined) throw new LumenError('hot_not_open', 'Cannot use the hot tier: it is not open')
  return opened
}

function open(request: OpenRequest): OpenAnswer {
  const files = openDirectory(request.dir, request.now, request.wholeCheckBytes)
  try {
    try {
      openTier(request, files.repairs)
    } catch (thrown) {
      if (!isSenseless(thrown)) throw thrown
      // Its pages are sound, so only using it shows the damage: it is replaced now rather than met at every start.
      markDamaged(request.dir, errorMessage(thrown))
      files.repairs.push(...repairHotDatabase(request.dir, request.now, request.wholeCheckBytes))
      openTier(request, files.repairs)
    }
  } catch (thrown) {
    files.lock.release()
    throw thrown
  }
  lock = files.lock
  openedDir = request.dir
  // What a crash left of deleted hosts is invisible to reads; the next open tries again if this fails.
  stepwise(tier().purge()).catch(() => undefined)
  return { repairs: files.repairs, ...tier().contents() }
}

function openTier(request: OpenRequest, repairs: string[]): void {
  try {
    opened = new HotTier({
      dir: request.dir,
      maxHotBytes: request.maxHotBytes,
      budget: request.budget,
      faults: new FaultInjector(request.faultPoint),
      onColdDamage: (name, reason) =>
        self.postMessage({ coldDamage: { name, reason } } satisfies ColdDamageReport),
    })
    repairs.push(...opened.commits.repair(request.now))
  } catch (thrown) {
    opened?.close()
    opened = undefined
    throw thrown
  }
}

const HANDLERS: { [C in HotCall]: (request: HotCalls[C][0]) => HotCalls[C][1] | Promise<HotCalls[C][1]> } = {
  open,
  flush: (request) => tier().flush(request),
  read: (request) => tier().answer(request),
  readFleet: (request) => tier().answerFleet(request),
  events: ({ host, range }) => tier().events(host, range.from, range.to),
  retain: (request) => stepwise(tier().retain(request)),
  dropSeries: ({ series }) => {
    tier().dropSeries(series)
    return null
  },
  deleteHost: async ({ host }) => {
    tier().forgetHost(host)
    await stepwise(tier().purge())
    return null
  },
  check: async () => {
    const found = await stepwise(tier().check())
    if (found !== null) reportDamage(found)
    return null
  },
  report: ({ now }) => tier().steward.report(now),
  configure: (budget) => {
    tier().steward.configure(budget)
    return null
  },
  makeRoom: (request) => stepwise(tier().steward.makeRoom(request)),
  wear: ({ now, ...wear }) => {
    tier().steward.wear.add('cold', now, wear)
    return null
  },
  manifest: () => tier().overview(),
  coldFile: ({ name }) => tier().commits.coldFile(name),
  sealBegin: (request) => tier().commits.sealBegin(request),
  sealCommit: (request) => tier().commits.sealCommit(request),
  mergeBegin: (request) => tier().commits.mergeBegin(request),
  mergeCommit: (request) => tier().commits.mergeCommit(request),
  unlist: ({ names }) => tier().commits.unlist(names),
  forgetTombstones: ({ spent }) => {
    tier().commits.forgetTombstones(spent)
    return null
  },
  quarantineFile: ({ name, reason, now }) => tier().commits.quarantineFile(name, reason, now),
  close: () => {
    opened?.close()
    lock?.release()
    opened = undefined
    return null
  },
}

/** Runs a job step by step, with room for messages in between; stops when the store closes. */
async function stepwise<T>(job: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const { done, value } = job.next()
    if (done) return value
    await new Promise((resolve) => setTimeout(resolve, 0))
    if (opened === undefined) throw new LumenError('hot_not_open', 'Cannot go on: the hot tier was closed')
  }
}

/** Writes damage down for the next open and tells the main thread. What is whole is served until then. */
function reportDamage(found: string): void {
  if (damage !== null) return
  damage = found
  try {
    markDamaged(openedDir, found)
  } catch (thrown) {
    damage += `; it could not be written down: ${errorMessage(thrown)}`
  }
  self.postMessage({ damage } satisfies DamageReport)
}

async function handle<C extends HotCall>({ id, call, request }: HotMessage<C>): Promise<HotReply> {
  try {
    return { id, ok: true, answer: await HANDLERS[call](request) }
  } catch (thrown) {
    if (opened !== undefined && isDamage(thrown)) reportDamage(errorMessage(thrown))
    return { id, ok: false, code: errorCode(thrown) ?? 'hot_failed', message: errorMessage(thrown) }
  }
}

self.onmessage = (event: MessageEvent<HotMessage>) => {
  // Synchronous handlers answer before the next message is looked at: answers keep the order of effects.
  void handle(event.data).then((reply) => self.postMessage(reply))
}
