import type { EntityRow } from '@lumen/model/sample'
import { MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { HostRecord } from '../../hosts/host-record.ts'

/** What is not read anew for so long is no longer told. */
const OLD_AFTER_MS = 15 * MINUTE

/** Rows that are read seldom (pools of ZFS) and go with every frame until they are read again, as an agent sends them:
 * what a host has is what its newest frame says. */
export class SlowRows {
  readonly #clock: Clock
  readonly #byHost = new Map<number, Map<string, { rows: EntityRow[]; readAt: number }>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param source what reads them; its earlier rows of this host end */
  set(host: HostRecord, source: string, rows: EntityRow[]): void {
    const sources = this.#byHost.get(host.id) ?? new Map<string, { rows: EntityRow[]; readAt: number }>()
    this.#byHost.set(host.id, sources)
    sources.set(source, { rows, readAt: this.#clock.monotonic() })
  }

  of(host: HostRecord): EntityRow[] {
    const from = this.#clock.monotonic() - OLD_AFTER_MS
    return [...(this.#byHost.get(host.id)?.values() ?? [])].flatMap(({ rows, readAt }) =>
      readAt >= from ? rows : [],
    )
  }
}
