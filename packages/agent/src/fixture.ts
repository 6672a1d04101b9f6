import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@lumen/std/clock'
import type { Roots } from './config.ts'

export const MACHINES = [
  'firecracker-vm',
  'mini-pc-debian12',
  'raspberry-pi',
  'old-kernel-3.10',
  'zfs-nas',
  'lxc-on-proxmox',
  'docker-in-lxc',
  'docker-host',
  'proxmox-node',
] as const
export type Machine = (typeof MACHINES)[number]

const FOLDER = fileURLToPath(new URL('../../../fixtures/', import.meta.url))

/** Roots of a machine in `fixtures/`, for tests. */
export function rootsOf(machine: Machine): Roots {
  const folder = `${FOLDER}${machine}`
  return { procRoot: `${folder}/proc`, sysRoot: `${folder}/sys`, rootfs: `${folder}/root` }
}

/** Where an agent of that machine runs itself: the same place, unless the fixture has an `own/`. */
export function ownRootsOf(machine: Machine): Roots {
  const own = `${FOLDER}${machine}/own`
  if (!existsSync(own)) return rootsOf(machine)
  return { procRoot: `${own}/proc`, sysRoot: `${own}/sys`, rootfs: `${own}/root` }
}

/** Text of a file of a machine in `fixtures/`. */
export function fixture(machine: Machine, path: string): string {
  return readFileSync(`${FOLDER}${machine}/${path}`, 'utf8')
}

/** What a real container engine answered. */
export function engineAnswer(name: string): unknown {
  return JSON.parse(readFileSync(`${FOLDER}engines/${name}.json`, 'utf8')) as unknown
}

/** A clock that stands still until moved. */
export class ManualClock implements Clock {
  wall = 1_790_000_000_000
  elapsed = 1_000_000

  now(): number {
    return this.wall
  }

  monotonic(): number {
    return this.elapsed
  }

  advance(ms: number): void {
    this.wall += ms
    this.elapsed += ms
  }
}
