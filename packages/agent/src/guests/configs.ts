import { readdir } from 'node:fs/promises'
import type { Clock } from '@lumen/std/clock'
import { readStart } from '../read-start.ts'
import { type GuestConfig, parseGuestConfig } from './parse-config.ts'

const READ_EVERY_MS = 60_000
const MAX_CONFIGS = 2_000
const MAX_BYTES = 64 * 1024

export interface NamedConfig extends GuestConfig {
  kind: 'lxc' | 'qemu'
}

const FOLDERS = [
  ['lxc', 'lxc'],
  ['qemu-server', 'qemu'],
] as const

/** Configurations of a Proxmox node's guests by vmid. `/etc/pve` is a cluster's filesystem that can hang: it is read
 * beside the tick, once a minute, one file at a time. */
export class GuestConfigs {
  readonly #folder: string
  readonly #clock: Clock
  #known: ReadonlyMap<string, NamedConfig> = new Map()
  #readAt = Number.NEGATIVE_INFINITY
  #pending: Promise<void> | undefined

  constructor(rootfs: string, clock: Clock) {
    this.#folder = `${rootfs === '/' ? '' : rootfs}/etc/pve`
    this.#clock = clock
  }

  get known(): ReadonlyMap<string, NamedConfig> {
    return this.#known
  }

  /** Begins to read what is due; does not wait. Never throws. */
  refresh(): void {
    const now = this.#clock.monotonic()
    if (this.#pending !== undefined || now - this.#readAt < READ_EVERY_MS) return
    this.#readAt = now
    this.#pending = this.#read().finally(() => {
      this.#pending = undefined
    })
  }

  async settled(): Promise<void> {
    await this.#pending
  }

  async #read(): Promise<void> {
    const found = new Map<string, NamedConfig>()
    for (const [folder, kind] of FOLDERS) {
      const names = await readdir(`${this.#folder}/${folder}`).catch(() => [])
      for (const name of names) {
        const vmid = /^(\d+)\.conf$/.exec(name)?.[1]
        if (vmid === undefined || found.size === MAX_CONFIGS) continue
        // A configuration is shorter, or it is not read to its end.
        const text = await readStart(`${this.#folder}/${folder}/${name}`, MAX_BYTES).catch(() => undefined)
        if (text !== undefined) found.set(vmid, { kind, ...parseGuestConfig(text, kind) })
      }
    }
    this.#known = found
  }
}
