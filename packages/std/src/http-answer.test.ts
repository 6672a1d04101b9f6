import { expect, test } from 'bun:test'
import { AnswerReader, type Progress } from './http-answer.ts'

const LIMIT = 1_000
const whole = (text: string, isEnd = false) =>
  new AnswerReader(LIMIT).read(Buffer.from(text, 'latin1'), isEnd)

function shown(progress: Progress) {
  if (progress.kind !== 'done') return progress
  const { answer, mayStay } = progress
  return { status: answer.status, text: answer.body.toString('latin1'), mayStay }
}

const ANSWERS = {
  length: 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}',
  chunks: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n',
  interim: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}',
}

test.each(Object.entries(ANSWERS))('an answer by %s is read however its bytes are split', (_, text) => {
  const answer = { status: 200, text: '{"a":1}', mayStay: true }
  expect(shown(whole(text))).toEqual(answer)
  const reader = new AnswerReader(LIMIT)
  let last: Progress = { kind: 'more' }
  for (const character of text)
    last = last.kind === 'more' ? reader.read(Buffer.from(character, 'latin1')) : last
  expect(shown(last)).toEqual(answer)
})

test('an answer without a length ends with its connection', () => {
  expect(whole('HTTP/1.1 200 OK\r\n\r\nhello')).toEqual({ kind: 'more' })
  expect(shown(whole('HTTP/1.1 200 OK\r\n\r\nhello', true))).toEqual({
    ...{ status: 200, text: 'hello', mayStay: false },
  })
})

test('what stands behind the status is kept, whatever the status', () => {
  const progress = whole('HTTP/1.1 403 Permission check failed (/, Sys.Audit)\r\nContent-Length: 0\r\n\r\n')
  expect(progress).toMatchObject({
    answer: { status: 403, reason: 'Permission check failed (/, Sys.Audit)' },
  })
  expect(whole('HTTP/1.1 595\r\nContent-Length: 0\r\n\r\n')).toMatchObject({
    answer: { status: 595, reason: '' },
  })
})

test('trailers after the last chunk belong to the answer', () => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nExpires: now\r\n\r\n'
  expect(shown(whole(text))).toEqual({ status: 200, text: '{}', mayStay: true })
})

test('a connection that is to be closed, or sends more than was asked for, is not used again', () => {
  const closes = 'HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
  expect(shown(whole(closes))).toMatchObject({ status: 401, mayStay: false })
  expect(shown(whole(`${ANSWERS.length}more`))).toMatchObject({ text: '{"a":1}', mayStay: false })
})

test('a body beyond the limit is cut off just past it', () => {
  const long = 'x'.repeat(5_000)
  for (const text of [
    `HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n${long}`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n${long}`,
    `HTTP/1.1 200 OK\r\n\r\n${long}`,
  ]) {
    const answer = shown(whole(text))
    expect(answer).toMatchObject({ status: 200, mayStay: false })
    expect((answer as { text: string }).text).toHaveLength(LIMIT + 1)
  }
})

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['a status that is none', 'HTTP/1.1 999 X\r\n\r\n'],
  ['a header that is none', 'HTTP/1.1 200 OK\r\nbad header\r\n\r\n'],
  ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['malformed chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['endless headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`],
])('%s is broken', (_, text) => {
  expect(whole(text).kind).toBe('broken')
})

test.each([
  ['a zero byte', 'a\0b'],
  ['a line break', `${' '.repeat(60_000)}\n`],
])('a header with %s in it is broken, and nothing is thrown', (_, value) => {
  expect(whole(`HTTP/1.1 200 OK\r\na: ${value}\r\n\r\n`).kind).toBe('broken')
})

test('blanks around and within a header are read, however many there are', () => {
  const blanks = ' '.repeat(30_000)
  const progress = whole(`HTTP/1.1 200 OK\r\na:${blanks}b${blanks}c \t\r\nContent-Length: 0\r\n\r\n`)
  expect(progress.kind === 'done' && progress.answer.headers.get('a')).toBe(`b${blanks}c`)
})

test('a body in many small chunks and a few large ones is put together in its order', () => {
  const large = 'y'.repeat(40_000)
  const pieces = Array.from({ length: 30_000 }, (_, index) =>
    index % 10_000 === 5 ? large : String(index % 7),
  )
  const chunks = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')
  const reader = new AnswerReader(1_000_000)
  const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`
  expect(shown(reader.read(Buffer.from(text)))).toEqual({ status: 200, text: pieces.join(''), mayStay: true })
})

test('an answer that ends too early is broken', () => {
  expect(whole('HTTP/1.1 200', true).kind).toBe('broken')
  expect(whole('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{', true).kind).toBe('broken')
})
