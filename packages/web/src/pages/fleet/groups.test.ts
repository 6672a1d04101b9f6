import { expect, test } from 'bun:test'
import { groupByTag } from './groups.ts'

const tags: Record<number, string[]> = { 1: ['web', 'lab'], 2: [], 3: ['web'], 4: [] }
const tagsOf = (id: number) => tags[id] ?? []

test('hosts stand under each of their tags in the order of the list, those without any last', () => {
  expect(groupByTag([3, 4, 1, 2], tagsOf)).toEqual([
    { tag: 'lab', ids: [1] },
    { tag: 'web', ids: [3, 1] },
    { tag: null, ids: [4, 2] },
  ])
})

test('without tags there is one group, and without untagged hosts none for them', () => {
  expect(groupByTag([2, 4], tagsOf)).toEqual([{ tag: null, ids: [2, 4] }])
  expect(groupByTag([3], tagsOf)).toEqual([{ tag: 'web', ids: [3] }])
})
