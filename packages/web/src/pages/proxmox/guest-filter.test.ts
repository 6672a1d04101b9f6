import { expect, test } from 'bun:test'
import type { ClusterGuest } from '@lumen/protocol/http/proxmox/cluster'
import { diskPctOf, type GuestWish, isWanted, lacksBackup, memoryOf } from './guest-filter.ts'

const guest: ClusterGuest = {
  vmid: 101,
  name: 'mail',
  kind: 'qemu',
  node: 'pve2',
  state: 'running',
  is_template: false,
  is_on_boot: true,
  tags: ['prod', 'web'],
  pool: null,
  lock: null,
  ha_state: 'started',
  cpu_pct: 3,
  cores: 2,
  mem_used_bytes: 900,
  mem_total_bytes: 1000,
  disk_used_bytes: null,
  disk_total_bytes: 5000,
  uptime_s: 60,
  inside: null,
  backup: null,
}
const ANY: GuestWish = { search: '', node: '', kind: '', state: '' }
const backup = {
  ...{ state: 'ok' as const, last: null, age_s: null, count: 0, recent: [], jobs: [] },
  ...{ is_covered: true, last_run: null },
}

test('a guest is found by every word, wherever each is', () => {
  for (const search of ['', ' ', '101', 'MAIL pve2', 'prod mail', 'ha started']) {
    expect(isWanted(guest, { ...ANY, search })).toBe(true)
  }
  for (const search of ['mail pve1', 'x']) expect(isWanted(guest, { ...ANY, search })).toBe(false)
})

test('node, kind and state each narrow what is shown', () => {
  expect(isWanted(guest, { ...ANY, node: 'pve2', kind: 'qemu', state: 'running' })).toBe(true)
  for (const wrong of [{ node: 'pve1' }, { kind: 'lxc' }, { state: 'stopped' }, { state: 'uncovered' }]) {
    expect(isWanted(guest, { ...ANY, ...wrong })).toBe(false)
  }
})

test('a guest in no job, or never backed up, lacks a backup; an unknown one and a template do not', () => {
  expect(lacksBackup({ ...guest, backup: { ...backup, is_covered: false } })).toBe(true)
  expect(lacksBackup({ ...guest, backup: { ...backup, state: 'never' } })).toBe(true)
  expect(lacksBackup({ ...guest, backup: { ...backup, is_covered: false }, is_template: true })).toBe(false)
  expect(lacksBackup({ ...guest, backup: { ...backup, is_covered: null, state: 'unknown' } })).toBe(false)
  expect(lacksBackup(guest)).toBe(false)
})

test('the agent’s memory and disk are preferred to the hypervisor’s', () => {
  expect(memoryOf(guest)).toEqual({ used: 900, total: 1000, isInside: false })
  expect(diskPctOf(guest)).toBeNull()
  const inside = {
    host: { id: 7, name: 'mail' },
    ...{ cpu_pct: 1, mem_used_bytes: 300, mem_total_bytes: 980, disk_pct: 41, at: 1 },
  }
  expect(memoryOf({ ...guest, inside })).toEqual({ used: 300, total: 980, isInside: true })
  expect(diskPctOf({ ...guest, inside })).toBe(41)
  const without = { ...inside, mem_used_bytes: null, mem_total_bytes: null, disk_pct: null }
  expect(memoryOf({ ...guest, inside: without }).isInside).toBe(false)
})
