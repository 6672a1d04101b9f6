import { errorMessage } from '@lumen/std/error'
import type { Tsdb } from '@lumen/tsdb/api'
import type { StorageReport } from '@lumen/tsdb/storage-report'
import type { HubState } from './check.ts'

/** Something wrong with the hub itself. */
export interface HubTrouble {
  state: HubState
  /** What of it: `free`, `cap`, `damage`, `flush`, the name of a channel, a connection or a host. */
  key: string
  /** The end of a sentence that begins with “Hub”. */
  words: string
}

/** A channel that takes no messages. */
export interface ChannelTrouble {
  channel: string
  words: string
}

export interface HubTroublesParts {
  tsdb: Tsdb
  channels(): readonly ChannelTrouble[]
  /** What others know to be wrong: the heartbeat, connections to elsewhere, limits in force. */
  others(): Iterable<HubTrouble>
}

/** This share of its cap, or so little above its floor, is a disk that needs somebody. */
const CAP_SHARE = 0.95
const FLOOR_SHARE = 1.1

/** What is wrong with the hub: its disk, its flushes, the channels it tells by, and what others say. The disk is looked at now and then, all else
 * when asked. */
export class HubTroubles {
  readonly #parts: HubTroublesParts
  #ofDisk: readonly HubTrouble[] = []

  constructor(parts: HubTroublesParts) {
    this.#parts = parts
  }

  /** Asks the store how its disk is. */
  async look(): Promise<void> {
    try {
      this.#ofDisk = diskTroubles(await this.#parts.tsdb.report())
    } catch (fault) {
      this.#ofDisk = [
        { state: 'hub_disk', key: 'unreadable', words: `cannot read its disk: ${errorMessage(fault)}` },
      ]
    }
  }

  now(): HubTrouble[] {
    const { flushFault, compactFault } = this.#parts.tsdb.health()
    const troubles: HubTrouble[] = [...this.#ofDisk]
    if (flushFault !== null) {
      troubles.push({
        state: 'hub_flush',
        key: 'flush',
        words: `cannot write readings to its disk: ${flushFault}`,
      })
    }
    if (compactFault !== undefined && compactFault !== null) {
      troubles.push({ state: 'hub_disk', key: 'compact', words: `cannot tidy up its store: ${compactFault}` })
    }
    for (const { channel, words } of this.#parts.channels()) {
      troubles.push({ state: 'hub_channel', key: channel, words: `cannot tell by ${channel}: ${words}` })
    }
    return [...troubles, ...this.#parts.others()]
  }
}

function diskTroubles({ budget, quarantine }: StorageReport): HubTrouble[] {
  const { usedBytes, freeBytes, maxBytes, minFreeBytes, stage } = budget
  const troubles: HubTrouble[] = []
  if (minFreeBytes > 0 && freeBytes < minFreeBytes * FLOOR_SHARE) {
    troubles.push({ state: 'hub_disk', key: 'free', words: 'has almost no room left on its disk' })
  }
  if (stage !== null) {
    troubles.push({
      state: 'hub_disk',
      key: 'cap',
      words: 'gives up history because its disk budget is used up',
    })
  } else if (maxBytes !== null && usedBytes > maxBytes * CAP_SHARE) {
    troubles.push({ state: 'hub_disk', key: 'cap', words: 'has almost used up its disk budget' })
  }
  const [first] = quarantine
  if (first !== undefined) {
    const more = quarantine.length > 1 ? `, and ${quarantine.length - 1} more` : ''
    troubles.push({
      state: 'hub_disk',
      key: 'damage',
      words: `set aside a damaged file: ${first.file}${more} (${first.reason})`,
    })
  }
  return troubles
}
