import { expect, test } from 'bun:test'
import { lacking } from './needs.ts'

const bare = { isRoot: false, which: () => null, has: () => false }
const full = { isRoot: true, which: (name: string) => `/usr/bin/${name}`, has: () => true }

test('says for everything missing how to get it', () => {
  const needs = {
    ...{ root: true, programs: { faketime: 'faketime', lxcfs: 'lxcfs' } },
    files: { '/opt/libraries': 'run the script that brings them' },
  }
  expect(lacking(needs, bare)).toEqual([
    'run as root',
    'install faketime: apt-get install faketime',
    'install lxcfs: apt-get install lxcfs',
    'run the script that brings them',
  ])
  expect(lacking(needs, full)).toEqual([])
})

test('nothing needed is nothing lacking', () => {
  expect(lacking({}, bare)).toEqual([])
})
