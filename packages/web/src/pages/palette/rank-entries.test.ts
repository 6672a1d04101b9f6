import { expect, test } from 'bun:test'
import { rankEntries } from './rank-entries.ts'

const entries = ['Settings', 'pve-02', 'nas', 'backup-nas', 'banana-shop', 'n1-as'].map((title) => ({
  title,
}))
const found = (text: string) => rankEntries(entries, text, 10).map((entry) => entry.title)

test('a beginning beats a word, a word beats a part, a part beats scattered letters', () => {
  expect(found('nas')).toEqual(['nas', 'backup-nas', 'banana-shop', 'n1-as'])
})

test('case does not matter and what does not fit is left out', () => {
  expect(found('PVE')).toEqual(['pve-02'])
  expect(found('zzz')).toEqual([])
})

test('without a text the first ones stand in their own order', () => {
  expect(rankEntries(entries, ' ', 2).map((entry) => entry.title)).toEqual(['Settings', 'pve-02'])
})
