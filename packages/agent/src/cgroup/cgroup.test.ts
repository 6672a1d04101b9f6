import { expect, test } from 'bun:test'
import { countCpus, quotaCores } from './cpuset.ts'
import { flatValue, parseLimit, parseNumber } from './flat-keyed.ts'
import { parseBlkio, parseIoStat } from './io.ts'
import { parseProcCgroup } from './layout.ts'

test('a value is found by its whole name, on the first line and on others', () => {
  const text = 'file 5\ninactive_file 7\nfile_dirty 9\n'
  expect(flatValue(text, 'file', 'x')).toBe(5)
  expect(flatValue(text, 'inactive_file', 'x')).toBe(7)
  expect(flatValue(text, 'dirty', 'x')).toBeUndefined()
  expect(() => flatValue('file -1\n', 'file', 'memory_stat')).toThrow(
    expect.objectContaining({ code: 'memory_stat_malformed' }),
  )
})

test.each([
  ['max\n', undefined],
  ['9223372036854771712\n', undefined],
  ['18446744073709551615\n', undefined],
  ['-1\n', undefined],
  ['67108864\n', 67_108_864],
])('the limit %j is %p', (text, limit) => {
  expect(parseLimit(text, 'memory_max')).toBe(limit)
})

test('what is no number is refused by code', () => {
  expect(() => parseNumber('12 13\n', 'pids')).toThrow(expect.objectContaining({ code: 'pids_malformed' }))
  expect(() => parseNumber('', 'pids')).toThrow(expect.objectContaining({ code: 'pids_malformed' }))
})

const isSda = (device: string) => device === '8:0'

test('a disk and the mapped device over it count once; mapped ones alone count', () => {
  const text = '8:0 rbytes=10 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n253:0 rbytes=10 wbytes=20\n7:1 \n'
  expect(parseIoStat(text, isSda)).toEqual({ readBytes: 10, writtenBytes: 20 })
  expect(parseIoStat(text, () => false)).toEqual({ readBytes: 20, writtenBytes: 40 })
  expect(parseIoStat('', isSda)).toEqual({ readBytes: 0, writtenBytes: 0 })
})

test('blkio of v1 is a line for each device and direction', () => {
  const text =
    '8:0 Read 10\n8:0 Write 20\n8:0 Sync 30\n8:0 Total 30\n253:0 Read 10\n253:0 Write 20\nTotal 60\n'
  expect(parseBlkio(text, isSda)).toEqual({ readBytes: 10, writtenBytes: 20 })
  expect(parseBlkio('Total 0\n', isSda)).toEqual({ readBytes: 0, writtenBytes: 0 })
})

test.each(['garbage\n', '8:0\u0000rbytes=1\n', '8:0 rbytes=x wbytes=1\n'])(
  'io.stat %j is refused by code',
  (text) => {
    expect(() => parseIoStat(text, isSda)).toThrow(expect.objectContaining({ code: 'io_stat_malformed' }))
  },
)

test('blkio garbage is refused by code', () => {
  expect(() => parseBlkio('8:0 Read\n', isSda)).toThrow(expect.objectContaining({ code: 'blkio_malformed' }))
})

test('CPU lists are counted', () => {
  expect(countCpus('0-3,8\n')).toBe(5)
  expect(countCpus('2')).toBe(1)
  expect(countCpus('')).toBeUndefined()
  expect(countCpus('a-b')).toBeUndefined()
})

test('a quota is cores; max is none', () => {
  expect(quotaCores('150000 100000\n')).toBe(1.5)
  expect(quotaCores('max 100000\n')).toBeUndefined()
})

test('the paths of a process by controller, v2 under the empty name', () => {
  const paths = parseProcCgroup('5:cpu,cpuacct:/lxc/101\n0::/init.scope\ngarbage\n')
  expect([...paths]).toEqual([
    ['cpu', '/lxc/101'],
    ['cpuacct', '/lxc/101'],
    ['', '/init.scope'],
  ])
})
