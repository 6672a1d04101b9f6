import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startTcpProxy } from './tcp-proxy.ts'

let server: ReturnType<typeof Bun.serve>
beforeAll(() => {
  server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => new Response((await request.bytes()).slice().reverse()),
  })
})
afterAll(() => server.stop(true))

const post = (url: string, text: string, signal?: AbortSignal) =>
  fetch(url, { method: 'POST', body: text, ...(signal && { signal }) }).then((response) => response.text())

test('passes bytes through in both directions', async () => {
  await using proxy = await startTcpProxy(server.port!)
  expect(await post(proxy.url, 'lumen')).toBe('nemul')
  const large = 'abc'.repeat(200_000)
  expect(await post(proxy.url, large)).toBe([...large].reverse().join(''))
})

test('delay adds at least its latency each way', async () => {
  await using proxy = await startTcpProxy(server.port!)
  proxy.set({ delayMs: 80 })
  const started = performance.now()
  expect(await post(proxy.url, 'x')).toBe('x')
  expect(performance.now() - started).toBeGreaterThanOrEqual(159)
})

test('a throttled line takes as long as its rate says', async () => {
  await using proxy = await startTcpProxy(server.port!)
  proxy.set({ bytesPerSecond: 400_000 })
  const started = performance.now()
  expect((await post(proxy.url, 'x'.repeat(100_000))).length).toBe(100_000)
  expect(performance.now() - started).toBeGreaterThan(150)
})

test('a blackhole holds every byte and the line goes on when it opens', async () => {
  await using proxy = await startTcpProxy(server.port!)
  proxy.set({ mode: 'blackhole' })
  let isAnswered = false
  const answer = post(proxy.url, 'held').then((text) => {
    isAnswered = true
    return text
  })
  while (proxy.connections() === 0) await Bun.sleep(5)
  await Bun.sleep(60)
  expect(isAnswered).toBe(false)
  proxy.set({ mode: 'open' })
  expect(await answer).toBe('dleh')
})

test('a cut line resets and refuses until it is mended', async () => {
  await using proxy = await startTcpProxy(server.port!)
  expect(await post(proxy.url, 'ab')).toBe('ba')
  proxy.set({ mode: 'cut' })
  await expect(post(proxy.url, 'ab')).rejects.toThrow()
  await post(proxy.url, 'ab').catch(() => {})
  proxy.set({ mode: 'open' })
  expect(await post(proxy.url, 'ab')).toBe('ba')
})
