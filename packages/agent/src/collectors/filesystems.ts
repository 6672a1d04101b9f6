import { readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { statfs as systemStatfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Clock } from '@lumen/std/clock'
import { errorCode } from '@lumen/std/error'
import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import { isNetworkFilesystem, type Mount, parseMountinfo, realFilesystems } from '../procfs/mountinfo.ts'
import type { Reads } from '../reads.ts'
import { percentOf } from '../round.ts'
import type { Collector } from './collector.ts'

/** What statfs(2) tells, as `fs.promises.statfs` names it. */
export interface StatfsReading {
  bsize: number
  blocks: number
  bfree: number
  bavail: number
  files: number
  ffree: number
}

export type Statfs = (path: string) => Promise<StatfsReading>

/** Mounts are looked through and sizes asked for again after this. The kernel takes 4 µs to write a mount down, and a
 * machine with containers has hundreds. */
const READ_EVERY_MS = 4_500
/** Numbers older than this, and than two ticks, are not shown any more. */
const STALE_MS = 60_000
/** A mount that has not answered by then is hung. */
const HUNG_MS = 2_000
/** How long a tick waits for answers that are usually there in a millisecond. */
const WAIT_MS = 250
const SCAN_EVERY_MS = 60_000

/** Calls that may hang at once. Bun has a thread for each core, Node four; one must be left for the rest. */
const MAX_HUNG = Math.max(1, Math.min(4, availableParallelism()) - 2)

interface Watched {
  mount: Mount
  uuid: string | undefined
  isNetwork: boolean
  numbers: Pick<WireRow<'filesystem'>, 'used_bytes' | 'total_bytes' | 'used_pct' | 'inodes_pct'> | undefined
  readAt: number
  /** When the call that has not answered yet was made; never two at once for a mount. */
  pendingSince: number | undefined
  fault: string | undefined
}

/** Network filesystems being asked one after the other. */
interface Round {
  asked: Watched | undefined
  isAbandoned: boolean
}

/** Filesystems by mount point. Sizes are read beside the tick, since a dead server or disk makes statfs(2) hang:
 * such a mount is shown as hung and costs one waiting call, no more. Of network filesystems one is asked at a
 * time, and none any more while too many calls hang, so that dead ones cannot use up the runtime's threads. */
export class Filesystems implements Collector {
  readonly name = 'filesystems'
  readonly reads = [
    '{proc}/1/mountinfo',
    '{proc}/self/mountinfo',
    '{root}/dev/disk/by-uuid',
    '{root}/dev/disk/by-uuid/*',
    '{sys}/dev/block/*',
  ] as const satisfies Reads
  readonly sends = ['filesystem.*', 'host.disk_pct'] as const
  readonly asks = ['the size of each mounted filesystem (statfs of its mount point; nothing in it is opened)']
  readonly #roots: Roots
  readonly #clock: Clock
  readonly #statfs: Statfs
  #mountText = ''
  #mountFault: unknown
  #lookedAt = Number.NEGATIVE_INFINITY
  #scannedAt = Number.NEGATIVE_INFINITY
  #watched = new Map<string, Watched>()
  readonly #maxHung: number
  #round: Round | undefined
  /** Calls to network filesystems that have not answered, also of mounts that are gone. */
  readonly #waiting = new Set<Watched>()
  #collectedAt = Number.NEGATIVE_INFINITY

  constructor(roots: Roots, clock: Clock, statfs: Statfs = systemStatfs, maxHung = MAX_HUNG) {
    this.#roots = roots
    this.#clock = clock
    this.#statfs = statfs
    this.#maxHung = maxHung
  }

  /** Asks for sizes that are due and waits a moment for the answers. Never rejects. */
  async refresh(): Promise<void> {
    const now = this.#clock.monotonic()
    if (this.#mountFault !== undefined || now - this.#lookedAt >= READ_EVERY_MS) this.#look(now)
    const due = [...this.#watched.values()].filter(
      ({ pendingSince, readAt }) => pendingSince === undefined && now - readAt >= READ_EVERY_MS,
    )
    const reads = due.filter(({ isNetwork }) => !isNetwork).map((watched) => this.#read(watched))
    const network = due.filter(({ isNetwork }) => isNetwork)
    if (this.#round?.asked !== undefined && isHung(this.#round.asked, now)) {
      this.#round.isAbandoned = true
      this.#round = undefined
    }
    if (network.length > 0 && this.#round === undefined && this.#waiting.size < this.#maxHung) {
      reads.push(this.#beginRound(network))
    }
    if (reads.length === 0) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, WAIT_MS)
    })
    await Promise.race([Promise.all(reads), patience])
    clearTimeout(timer)
  }

  collect(into: Parameters<Collector['collect']>[0]): void {
    if (this.#mountFault !== undefined) throw this.#mountFault
    const now = this.#clock.monotonic()
    // At long intervals what the last tick asked for is the newest there is.
    const since = Math.min(now - STALE_MS, this.#collectedAt - 1)
    this.#collectedAt = now
    let rows: Record<string, WireRow<'filesystem'>> | undefined
    let fullest: number | undefined
    const isCrowded = [...this.#waiting].some((watched) => isHung(watched, now))
    for (const watched of this.#watched.values()) {
      const { mount, uuid, numbers, fault, isNetwork } = watched
      const isMute = isHung(watched, now)
      const isFresh = numbers !== undefined && watched.readAt > since
      const isHeldUp = isNetwork && isCrowded && !isFresh && fault === undefined
      if (!isMute && !isFresh && !isHeldUp && fault === undefined) continue
      const row: WireRow<'filesystem'> = {
        device: mount.source.slice(0, 1024),
        type: mount.type,
        uuid,
        state: isMute ? 'hung' : isHeldUp ? 'not asked' : (fault ?? 'ok'),
        ...(isMute || isHeldUp || fault !== undefined ? {} : numbers),
      }
      rows ??= {}
      rows[mount.mountPoint] = row
      if (!isNetwork && typeof row.used_pct === 'number') fullest = Math.max(fullest ?? 0, row.used_pct)
    }
    if (rows !== undefined) into.filesystem = rows
    if (fullest !== undefined) into.host.disk_pct = fullest
  }

  #beginRound(network: readonly Watched[]): Promise<void> {
    const round: Round = { asked: undefined, isAbandoned: false }
    this.#round = round
    return this.#readInTurn(network, round).finally(() => {
      if (this.#round === round) this.#round = undefined
    })
  }

  async #readInTurn(network: readonly Watched[], round: Round): Promise<void> {
    for (const watched of network) {
      if (round.isAbandoned) return
      round.asked = watched
      this.#waiting.add(watched)
      await this.#read(watched)
      this.#waiting.delete(watched)
    }
  }

  async #read(watched: Watched): Promise<void> {
    const { mountPoint } = watched.mount
    const { rootfs } = this.#roots
    watched.pendingSince = this.#clock.monotonic()
    try {
      watched.numbers = toNumbers(await this.#statfs(rootfs === '/' ? mountPoint : `${rootfs}${mountPoint}`))
      watched.fault = undefined
    } catch (error) {
      const code = errorCode(error) ?? 'failed'
      // Not ours to look at (a user's FUSE mount) or gone already: no row rather than an alarm.
      watched.fault = code === 'EACCES' || code === 'EPERM' || code === 'ENOENT' ? undefined : code
      watched.numbers = undefined
    } finally {
      watched.pendingSince = undefined
      watched.readAt = this.#clock.monotonic()
    }
  }

  #look(now: number): void {
    this.#lookedAt = now
    try {
      this.#scan(now)
      this.#mountFault = undefined
    } catch (error) {
      this.#mountFault = error
    }
  }

  #scan(now: number): void {
    const text = readMountinfo(this.#roots)
    if (text === this.#mountText && now - this.#scannedAt < SCAN_EVERY_MS) return
    const mounts = realFilesystems(parseMountinfo(text))
    const uuids = readUuids(this.#roots)
    const watched = new Map<string, Watched>()
    for (const mount of mounts) {
      const key = `${mount.mountPoint} ${mount.deviceNumber}`
      const known = this.#watched.get(key)
      const uuid = uuids.get(kernelNameOf(mount, this.#roots))
      watched.set(
        key,
        known === undefined
          ? {
              mount,
              uuid,
              isNetwork: isNetworkFilesystem(mount),
              numbers: undefined,
              readAt: Number.NEGATIVE_INFINITY,
              pendingSince: undefined,
              fault: undefined,
            }
          : Object.assign(known, { mount, uuid }),
      )
    }
    this.#watched = watched
    this.#mountText = text
    this.#scannedAt = now
  }
}

function isHung({ pendingSince }: Watched, now: number): boolean {
  return pendingSince !== undefined && now - pendingSince >= HUNG_MS
}

/** Mounts as the machine sees them: our own view, or that of process 1 where its /proc is mounted for us. */
function readMountinfo({ procRoot }: Roots): string {
  const ofInit = procRoot === '/proc' ? undefined : readKernelText(`${procRoot}/1/mountinfo`)
  return ofInit ?? readKernelText(`${procRoot}/self/mountinfo`) ?? ''
}

/** Bytes and shares as `df` counts them: used is what is not free, the share is of what users can have. */
function toNumbers({ bsize, blocks, bfree, bavail, files, ffree }: StatfsReading): Watched['numbers'] {
  if (!(blocks > 0)) return undefined
  const used = Math.max(0, blocks - bfree)
  return {
    used_bytes: used * bsize,
    total_bytes: blocks * bsize,
    used_pct: percentOf(used, used + bavail),
    inodes_pct: files > 0 ? percentOf(files - ffree, files) : undefined,
  }
}

/** `sda1` → the UUID udev linked to it. */
function readUuids({ rootfs }: Roots): Map<string, string> {
  const folder = `${rootfs === '/' ? '' : rootfs}/dev/disk/by-uuid`
  try {
    return new Map(readdirSync(folder).map((uuid) => [basename(readlinkSync(`${folder}/${uuid}`)), uuid]))
  } catch {
    return new Map()
  }
}

function kernelNameOf({ deviceNumber, source }: Mount, { sysRoot }: Roots): string {
  try {
    return basename(realpathSync(`${sysRoot}/dev/block/${deviceNumber}`))
  } catch {
    return basename(source)
  }
}
