import { afterAll, beforeAll, expect, test } from 'bun:test'
import { AXE_SCRIPT, axeViolations } from './axe.ts'
import { startBrowser, type TestBrowser } from './browser.ts'

const PAGES: Record<string, string> = {
  '/good': '<main><h1>Fine</h1><button>Press</button></main>',
  '/bad': '<main><h1>Bad</h1><img src="/x.png"><input></main>',
  '/broken': '<main><h1>Broken</h1><script src="/broken.js"></script></main>',
}
const SCRIPTS: Record<string, string> = {
  '/broken.js': 'console.error("said so"); setTimeout(() => nothere(), 0)',
}

let server: ReturnType<typeof Bun.serve>
let browser: TestBrowser
beforeAll(async () => {
  server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url)
      const body = PAGES[pathname]
      const headers = {
        'content-security-policy': "default-src 'self'; img-src 'self' data:",
        'content-type': 'text/html',
      }
      if (body !== undefined) {
        return new Response(
          `<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,">${body}`,
          { headers },
        )
      }
      const script = SCRIPTS[pathname]
      if (script !== undefined)
        return new Response(script, { headers: { 'content-type': 'text/javascript' } })
      return new Response('', { status: pathname === '/x.png' ? 200 : 404 })
    },
  })
  browser = await startBrowser()
}, 120_000)
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await server.stop(true)
})

test('axe runs under a strict policy, passes a good page and names what is bad', async () => {
  await using watched = await browser.open({ initScript: AXE_SCRIPT })
  await watched.page.goto(`${server.url.origin}/good`)
  expect(await axeViolations(watched.page)).toEqual([])
  await watched.page.goto(`${server.url.origin}/bad`)
  const rules = (await axeViolations(watched.page)).map((line) => line.split(':')[0])
  expect(rules).toContain('image-alt')
  expect(rules).toContain('label')
}, 120_000)

test('remembers page errors, console errors and failed requests', async () => {
  await using watched = await browser.open()
  await watched.page.goto(`${server.url.origin}/broken`)
  await watched.page.waitForTimeout(50)
  const broken = watched.faults().join('\n')
  expect(broken).toContain('said so')
  expect(broken).toContain('nothere')
  await watched.page.goto('http://127.0.0.1:9/').catch(() => {})
  expect(watched.faults().join('\n')).toContain('request failed')
}, 120_000)

test('what is expected at the time is no fault', async () => {
  await using watched = await browser.open()
  await watched.expecting(/127\.0\.0\.1:9/, () => watched.page.goto('http://127.0.0.1:9/').catch(() => {}))
  expect(watched.faults()).toEqual([])
}, 120_000)
