import { afterEach, beforeEach, expect, test } from 'bun:test'
import { createHash, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import type { HubTrust } from '../push/http-push.ts'
import { parsePins } from '../push/pin.ts'
import { DOWNLOAD_LIMITS, type DownloadLimits, downloadBuild } from './download-build.ts'

const file = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../../fixtures/tls/${name}`, import.meta.url)), 'utf8')
const pinsOf = (name: string) => parsePins(new X509Certificate(file(`${name}.crt`)).fingerprint256)

const BUILD = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => at % 251))
const OFFER = { bytes: BUILD.length, sha256: createHash('sha256').update(BUILD).digest('hex') }

let dir: TempDir
const closers: (() => void)[] = []
beforeEach(async () => {
  dir = await tempDir('lumen-download-')
})
afterEach(async () => {
  for (const close of closers.splice(0)) close()
  await dir[Symbol.asyncDispose]()
})

function serve(answer: (request: Request) => Response, cert?: string): string {
  const tls = cert === undefined ? {} : { tls: { cert: file(`${cert}.crt`), key: file(`${cert}.key`) } }
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, ...tls, fetch: answer })
  closers.push(() => server.stop(true))
  return `http${cert === undefined ? '' : 's'}://127.0.0.1:${server.port}/download/lumen-linux-x64`
}

/** Says what it is told, byte by byte, and hangs up where told to. */
async function sayRaw(text: string, hangsUp: boolean): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => (hangsUp ? socket.end(text) : socket.write(text)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}

const target = () => join(dir.path, 'incoming')
function download(
  url: string,
  more: { tls?: HubTrust; limits?: Partial<DownloadLimits>; bytes?: number } = {},
) {
  const { tls, limits, bytes = OFFER.bytes } = more
  const source = { url: new URL(url), tls, offer: { ...OFFER, bytes } }
  return downloadBuild(source, target(), new AbortController().signal, { ...DOWNLOAD_LIMITS, ...limits })
}

async function expectRefused(downloading: Promise<void>, code: unknown): Promise<void> {
  await expect(downloading).rejects.toMatchObject({ code })
  expect(readdirSync(dir.path)).toEqual([])
}

test('what the hub vouched for is put into the file, for its owner to run', async () => {
  const heard: Request[] = []
  const url = serve((request) => {
    heard.push(request)
    return new Response(BUILD)
  })
  await download(url)
  expect(readFileSync(target()).equals(BUILD)).toBe(true)
  expect(statSync(target()).mode & 0o777).toBe(0o700)
  expect(heard[0]!.headers.has('authorization')).toBe(false)
})

test.each(['hub.lan', 'expired'])('under a pin the same comes from a hub that shows %s', async (name) => {
  await download(
    serve(() => new Response(BUILD), name),
    { tls: { pins: pinsOf(name) } },
  )
  expect(readFileSync(target()).equals(BUILD)).toBe(true)
})

test('nothing is taken from somebody with another certificate', async () => {
  let asked = 0
  const url = serve(() => {
    asked += 1
    return new Response(BUILD)
  }, 'hub.lan')
  await expectRefused(download(url, { tls: { pins: pinsOf('expired') } }), 'certificate_wrong')
  await expectRefused(download(url), expect.any(String))
  expect(asked).toBe(0)
})

test('under a pin, too, what is not the build is not kept', async () => {
  const tls = { pins: pinsOf('hub.lan') }
  const junk = Buffer.from(BUILD).fill(1, 2_999_999)
  await expectRefused(
    download(
      serve(() => new Response(junk), 'hub.lan'),
      { tls },
    ),
    'update_digest',
  )
  const redirect = () => Response.redirect('https://elsewhere.example.com/')
  await expectRefused(download(serve(redirect, 'hub.lan'), { tls }), 'update_refused')
})

test('other bytes of the same length are not kept', async () => {
  const junk = Buffer.from(BUILD).fill(1, 2_999_999)
  await expectRefused(download(serve(() => new Response(junk))), 'update_digest')
})

test('an answer that ends early, with or without a length, is not kept', async () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const cut = await sayRaw(`${head}Content-Length: ${BUILD.length}\r\n\r\nonly this`, true)
  await expectRefused(download(cut), expect.any(String))
  await expectRefused(download(await sayRaw(`${head}\r\nonly this`, true)), 'update_length')
})

test('a redirect is not followed, and an error is one', async () => {
  let isFollowed = false
  const elsewhere = serve(() => {
    isFollowed = true
    return new Response(BUILD)
  })
  await expectRefused(download(serve(() => Response.redirect(elsewhere))), 'update_refused')
  expect(isFollowed).toBe(false)
  await expectRefused(download(serve(() => new Response(BUILD, { status: 500 }))), 'update_refused')
})

test('a body that never ends is cut off at the announced length', async () => {
  const url = serve(() => {
    const piece = new Uint8Array(64 * 1024)
    return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) }))
  })
  await expectRefused(download(url), 'update_length')
})

test('a build larger than any is not even asked for', async () => {
  const url = serve(() => new Response(BUILD))
  await expectRefused(download(url, { bytes: DOWNLOAD_LIMITS.mostBytes + 1 }), 'update_length')
})

test('an answer that stops coming, or that takes too long, is given up', async () => {
  const stuck = await sayRaw(`HTTP/1.1 200 OK\r\nContent-Length: ${BUILD.length}\r\n\r\nonly this`, false)
  await expectRefused(download(stuck, { limits: { idleMs: 50 } }), 'update_slow')
  await expectRefused(download(stuck, { limits: { wholeMs: 50 } }), 'update_slow')
})
