import { expect, test } from 'bun:test'
import { comparisonsOf } from './sides.ts'

const NO_MEMORY = { inside_used_bytes: null, outside_used_bytes: null, total_bytes: null }

test('both sides stand beside each other, and what neither tells is left out', () => {
  const rows = comparisonsOf({ cpu_pct: 4, net_rx_bytes_per_s: 10 }, { cpu_pct: 5 }, NO_MEMORY)
  expect(rows.map(({ title, inside, outside }) => [title, inside, outside])).toEqual([
    ['pve.cpu', 4, 5],
    ['pve.received', 10, undefined],
  ])
})

test('until readings come, memory is what the hub last knew of each side', () => {
  const known = { inside_used_bytes: 300, outside_used_bytes: 900, total_bytes: 1000 }
  expect(comparisonsOf(undefined, undefined, known)).toMatchObject([
    { title: 'pve.memory', inside: 300, outside: 900 },
  ])
  expect(comparisonsOf({ mem_used_bytes: 310 }, { mem_used_bytes: 910 }, known)[0]).toMatchObject({
    inside: 310,
    outside: 910,
  })
})
