import { expect, test } from 'bun:test'
import { hostSummary } from '../../live/host-summary.fixture.ts'
import { kindOf, shortSystem, whatItIs } from './what-it-is.ts'

const withFacts = (facts: Parameters<typeof whatItIs>[0]['facts']) => ({ ...hostSummary(1), facts })

test('a system is named without its codename', () => {
  expect(shortSystem('Debian GNU/Linux 12 (bookworm)')).toBe('Debian 12')
  expect(shortSystem('Ubuntu 24.04.1 LTS')).toBe('Ubuntu 24.04.1 LTS')
  expect(shortSystem(undefined)).toBeUndefined()
})

test('kind and system stand together, and what is unknown is left out', () => {
  expect(whatItIs(withFacts({ virt: 'lxc', os: 'Alpine 3.20' }))).toBe('LXC · Alpine 3.20')
  expect(whatItIs(withFacts({ virt: 'unknown', os: 'Alpine 3.20' }))).toBe('Alpine 3.20')
  expect(kindOf(withFacts({ virt: 'a newer word' }))).toBeUndefined()
  expect(kindOf({ ...withFacts(null), kind: 'proxmox-node' })).toBe('Proxmox node')
  const cluster = { ...withFacts({ os: 'Proxmox cluster' }), kind: 'proxmox-cluster' as const }
  expect(whatItIs(cluster)).toBe('Proxmox cluster')
  expect(whatItIs(withFacts(null))).toBe('Nothing known yet')
})
