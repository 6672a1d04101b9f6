import { describe, expect, test } from 'bun:test'
import { hostLines, isVirtualNic, keyedLines, keysOf } from './lines.ts'

const names = ['disk.read_bytes_per_s|sdb', 'disk.read_bytes_per_s|sda10', 'disk.read_bytes_per_s|sda2']
const both = [...names, ...names.map((name) => `${name}^`), 'disk.write_bytes_per_s|sdb', 'host.load1|']
const parts = [
  { metric: 'disk.read_bytes_per_s', label: 'read' },
  { metric: 'disk.write_bytes_per_s', label: 'written', isMirrored: true },
]

describe('lines', () => {
  test('keys come once, in the order people count in', () => {
    expect(keysOf(both, 'disk.read_bytes_per_s')).toEqual(['sda2', 'sda10', 'sdb'])
  })

  test('a key has one colour for all its parts', () => {
    const lines = keyedLines(both, ['sda2', 'sda10', 'sdb'], parts)
    expect(lines.map(({ label, slot }) => [label, slot])).toEqual([
      ['sda2 read', 0],
      ['sda10 read', 1],
      ['sdb read', 2],
      ['sdb written', 2],
    ])
  })

  test('a lone key needs no name and tells its parts apart by colour', () => {
    expect(keyedLines(both, ['sdb'], parts).map(({ label, slot }) => [label, slot])).toEqual([
      ['read', 0],
      ['written', 1],
    ])
  })

  test('lines without data are left out and the others keep their colour', () => {
    const lines = hostLines(both, [
      { metric: 'host.load5', label: '5' },
      { metric: 'host.load1', label: '1' },
    ])
    expect(lines).toEqual([{ name: 'host.load1|', label: '1', slot: 1 }])
  })

  test('a bridge is not a cable', () => {
    expect(['eth0', 'enp3s0', 'wlan0', 'bond0', 'vmbr0'].some(isVirtualNic)).toBe(false)
    expect(['lo', 'docker0', 'veth12ab', 'br-9f', 'fwbr100i0', 'tap101i0'].every(isVirtualNic)).toBe(true)
  })
})
