import { expect, test } from 'bun:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { decodeBody } from './decode-body.ts'

const LIMIT = 1024 * 1024
const code = (work: () => unknown): string => {
  try {
    work()
    return 'taken'
  } catch (fault) {
    return `${(fault as { status: number }).status} ${(fault as { code: string }).code}`
  }
}

test.each([
  ['identity', Buffer.from('text')],
  ['zstd', zstdCompressSync('text')],
  ['GZIP', gzipSync('text')],
  ['x-gzip', gzipSync('text')],
])('%s is undone', (encoding, body) => {
  expect(Buffer.from(decodeBody(body, encoding, LIMIT)).toString()).toBe('text')
})

test('a bomb stops at the limit in either encoding', () => {
  const bomb = Buffer.alloc(200 * LIMIT)
  expect(code(() => decodeBody(zstdCompressSync(bomb), 'zstd', LIMIT))).toBe('413 body_too_large')
  expect(code(() => decodeBody(gzipSync(bomb), 'gzip', LIMIT))).toBe('413 body_too_large')
})

/** A zstd frame holding `text` as it is, whose header asks for a window of 2^`windowLog` bytes (RFC 8878, 3.1.1). */
function zstdFrame(text: string, windowLog: number): Buffer {
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3]
  const lastRawBlock = (text.length << 3) | 1
  return Buffer.from([...head, lastRawBlock & 0xff, lastRawBlock >> 8, 0, ...Buffer.from(text)])
}

test('a zstd frame that asks for a huge window is refused before it gets the memory', () => {
  expect(Buffer.from(decodeBody(zstdFrame('{"a":1}', 17), 'zstd', LIMIT)).toString()).toBe('{"a":1}')
  expect(code(() => decodeBody(zstdFrame('{"a":1}', 27), 'zstd', LIMIT))).toBe('400 body_undecodable')
})

test.each([
  ['zstd', 'not zstd', '400 body_undecodable'],
  ['gzip', 'not gzip', '400 body_undecodable'],
  ['br', 'text', '415 encoding_unsupported'],
  ['gzip, zstd', 'text', '415 encoding_unsupported'],
])('%s with a body that is not is refused', (encoding, body, outcome) => {
  expect(code(() => decodeBody(Buffer.from(body), encoding, LIMIT))).toBe(outcome)
})
