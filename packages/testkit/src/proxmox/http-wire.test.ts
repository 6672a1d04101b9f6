import { expect, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import { RequestReader, replyBytes, type WireReply } from './http-wire.ts'

const REQUEST =
  'GET /api2/json/version HTTP/1.1\r\nHost: pve1\r\nAuthorization:  PVEAPIToken=a@pve!b=c\r\n\r\n'

test('a request is read whole however its bytes are cut, and with those behind it', () => {
  const bytes = Buffer.from(`${REQUEST}POST /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd${REQUEST}`)
  for (const size of [1, 7, bytes.length]) {
    const reader = new RequestReader()
    const found = []
    for (let at = 0; at < bytes.length; at += size) found.push(...reader.push(bytes.subarray(at, at + size)))
    expect(found.map(({ method, target, bodyBytes }) => [method, target, bodyBytes])).toEqual([
      ['GET', '/api2/json/version', 0],
      ['POST', '/x', 4],
      ['GET', '/api2/json/version', 0],
    ])
    expect(found[0]!.headers.get('authorization')).toBe('PVEAPIToken=a@pve!b=c')
  }
})

test.each(['hello\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', 'x'.repeat(70_000)])(
  'what is not HTTP is refused',
  (text) => {
    expect(() => new RequestReader().push(Buffer.from(text))).toThrow('Cannot read the request')
  },
)

test('a large body is compressed for who takes it, and a cut one is shorter than it says', () => {
  const [plain] = new RequestReader().push(Buffer.from(REQUEST))
  const [gzip] = new RequestReader().push(
    Buffer.from(REQUEST.replace('Host: pve1', 'Accept-Encoding: br, gzip')),
  )
  const body = Buffer.from('x'.repeat(5_000))
  const reply: WireReply = { status: 200, reason: 'OK', contentType: 'text/plain', body, dateMs: 0 }
  const split = (bytes: Buffer) => {
    const end = bytes.indexOf('\r\n\r\n')
    return { head: bytes.toString('latin1', 0, end), body: bytes.subarray(end + 4) }
  }
  expect(split(replyBytes(reply, plain!)).body).toEqual(body)
  const compressed = split(replyBytes(reply, gzip!))
  expect(compressed.head).toContain('Content-Encoding: gzip')
  expect(gunzipSync(compressed.body)).toEqual(body)
  const cut = split(replyBytes({ ...reply, isCut: true }, plain!))
  expect(cut.head).toContain('Content-Length: 5000')
  expect(cut.body).toHaveLength(2_500)
})
