import { afterAll, beforeAll, expect, test } from 'bun:test'
import { hostname } from 'node:os'
import { startBrowser, type TestBrowser, type WatchedPage } from '@lumen/testkit/browser'
import { type Child, startChild } from '@lumen/testkit/child'
import { ADMIN, HubClient } from '@lumen/testkit/hub-client'
import { CHECKOUT, startLumen } from '@lumen/testkit/lumen-process'
import type { PageGlobal } from '@lumen/testkit/page-global'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import type { Page } from 'playwright-core'
import { en as shellMessages } from '../packages/web/src/i18n/en.ts'
import { entryMessages } from '../packages/web/src/i18n/en-entry.ts'
import { machineMessages } from '../packages/web/src/i18n/en-machines.ts'
import { accessible as everyLook } from './accessible.ts'
import { weighScripts } from './page-size.ts'

const en = { ...shellMessages, ...entryMessages, ...machineMessages }

/** What the browser says by itself while there is no hub to connect to. */
const OUTAGE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/
const FIRST_LOAD_LIMIT = 90 * 1024
const MINUTE_MS = 60_000
const SECOND_HOST = 'second'

// One story, told by tests in order: each goes on where the one before ended.
const stack = new AsyncDisposableStack()
let data: TempDir
let browser: TestBrowser
let up: Child
let url: string
let setupCode: string
let main: WatchedPage
let page: Page
let client: HubClient
let secondAgent: Child | undefined
let firstToken: string

beforeAll(async () => {
  data = stack.use(await tempDir('lumen-browser-'))
  browser = stack.use(await startBrowser())
  up = startUp('127.0.0.1:0')
  url = (await up.printed(/http:\/\/127\.0\.0\.1:\d+/, 40_000))[0]
  setupCode = (await up.printed(/Setup code: (\S+)/))[1]!
  client = new HubClient(url)
  main = stack.use(await browser.open())
  page = main.page
}, 2 * MINUTE_MS)
afterAll(async () => {
  await secondAgent?.stop()
  await stack[Symbol.asyncDispose]()
  await up?.stop()
}, 2 * MINUTE_MS)

function startUp(listen: string): Child {
  return startLumen(['up', '--data', data.path, '--listen', listen], { group: true })
}

test(
  'a fresh hub leads to setup, which is accessible',
  async () => {
    await accessible('/setup', (opened) => opened.getByLabel(en['setup.code']).waitFor())
  },
  2 * MINUTE_MS,
)

test(
  'the setup code makes the first admin and the fleet shows this machine live',
  async () => {
    await page.goto(url)
    await page.waitForURL('**/setup')
    await page.getByLabel(en['setup.code']).fill(setupCode)
    await page.getByLabel(en['login.username']).fill(ADMIN.username)
    await page.getByLabel(en['login.password'], { exact: true }).fill(ADMIN.password)
    await page.getByRole('button', { name: en['setup.submit'] }).click()
    await page.waitForURL(`${url}/`)
    await client.login()
    await client.call('PUT', '/api/settings', { interval_ms: 1_000 })
    const link = page.getByRole('link', { name: hostname(), exact: true }).first()
    await link.waitFor({ timeout: 20_000 })
    await page.getByText(en['state.up'], { exact: true }).first().waitFor({ timeout: 20_000 })
    expect(main.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'the host page draws charts that move',
  async () => {
    await page.getByRole('link', { name: hostname(), exact: true }).first().click()
    await page.waitForURL('**/hosts/*')
    await chartMoves()
    expect(main.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'a reload keeps the history',
  async () => {
    const [here] = await client.hosts()
    await until(
      'a few seconds of history',
      async () => {
        const now = Date.now()
        const answer = await client.query({
          host: here!.id,
          metrics: 'host.cpu_pct',
          from: now - 60_000,
          to: now,
        })
        return (answer.series[0]?.avg.filter((value) => value !== null).length ?? 0) >= 10
      },
      { withinMs: 30_000, everyMs: 500 },
    )
    const reloadedAt = Date.now()
    let answer: { t: number[]; series: { avg: (number | null)[] }[] } | undefined
    // The page before may have asked as well: its answers go with it.
    const answered = page.waitForResponse(async (response) => {
      const isNew = response.request().timing().startTime >= reloadedAt
      if (!isNew || !response.url().includes('/api/query')) return false
      answer = await response.json().catch(() => undefined)
      return answer !== undefined
    })
    await page.reload()
    await answered
    const { t, series } = answer!
    const known = t.filter((start, i) => start < reloadedAt && series.some(({ avg }) => avg[i] != null))
    expect(known.length).toBeGreaterThanOrEqual(3)
    await chartMoves()
    expect(main.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'a second host is added with the command shown and goes live',
  async () => {
    await page.goto(`${url}/settings/hosts`)
    await page.getByRole('button', { name: en['hosts.add'] }).first().click()
    await page.getByLabel(en['hosts.name']).fill(SECOND_HOST)
    await page.getByRole('button', { name: en['hosts.create'] }).click()
    await page.getByRole('tab', { name: en['token.checkout'] }).click()
    const command = await shownCommand()
    firstToken = tokenIn(command)
    await page.getByText(en['token.waiting']).waitFor()
    secondAgent = startChild(['sh', '-c', command], { cwd: CHECKOUT, group: true })
    await page.getByText(en['token.received']).waitFor({ timeout: 30_000 })
    await page.getByRole('link', { name: en['token.open'] }).click()
    await page.getByRole('heading', { name: SECOND_HOST, level: 1 }).waitFor()
    await chartMoves()
    expect(main.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'its token is rotated and the old one gets 401',
  async () => {
    await page.goto(`${url}/settings/hosts`)
    await page.getByRole('button', { name: en['hosts.actionsFor'](SECOND_HOST) }).click()
    await page.getByRole('menuitem', { name: en['hosts.rotate'] }).click()
    await page.getByRole('dialog').getByRole('button', { name: en['hosts.rotate'] }).click()
    await page.getByRole('tab', { name: en['token.checkout'] }).click()
    const newToken = tokenIn(await shownCommand())
    expect(newToken).not.toBe(firstToken)
    const push = (token: string) =>
      fetch(`${url}/api/agent/push`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          protocol: 1,
          agent: { version: 'test', stream: 'test', sent_at: Date.now() },
          frames: [],
        }),
      }).then(({ status }) => status)
    expect(await push(firstToken)).toBe(401)
    expect(await push(newToken)).toBe(200)
    await until('the agent to hear that its token ended', () => secondAgent?.stderr().includes('401'), {
      withinMs: 60_000,
    })
    await secondAgent?.stop()
    expect(main.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'every page is accessible in dark and light, on desktop and phone',
  async () => {
    const [first] = await client.hosts()
    const cookies = await page.context().cookies()
    const heading = (opened: Page) => opened.locator('main h1').first().waitFor({ state: 'attached' })
    await accessible('/login', (opened) => opened.getByLabel(en['login.username']).waitFor())
    await accessible(
      '/',
      (opened) => opened.getByRole('link', { name: first!.name, exact: true }).first().waitFor(),
      cookies,
    )
    await accessible(`/hosts/${first!.id}`, (opened) => opened.locator('canvas').first().waitFor(), cookies)
    await accessible(
      '/settings/hosts',
      (opened) => opened.getByRole('link', { name: first!.name }).first().waitFor(),
      cookies,
    )
    for (const section of ['collection', 'account', 'about']) {
      await accessible(`/settings/${section}`, heading, cookies)
    }
    await accessible('/nothing-here', (opened) => opened.getByText(en['notFound.title']).waitFor(), cookies)
    const dialog = (opened: Page) => opened.getByRole('dialog').waitFor()
    await accessible(
      '/settings/hosts',
      async (opened) => {
        await opened.getByRole('button', { name: en['hosts.add'] }).first().click()
        await dialog(opened)
      },
      cookies,
    )
    for (const shortcut of ['Control+k', '?']) {
      await accessible(
        '/',
        async (opened) => {
          await opened.getByRole('link', { name: first!.name, exact: true }).first().waitFor()
          await opened.keyboard.press(shortcut)
          await dialog(opened)
        },
        cookies,
      )
    }
  },
  6 * MINUTE_MS,
)

test(
  'the first load, charts included, is within 90 KB of JavaScript',
  async () => {
    const [first] = await client.hosts()
    await using watched = await browser.open()
    await watched.page.context().addCookies(await page.context().cookies())
    const scripts = weighScripts(watched.page)
    await watched.page.goto(`${url}/hosts/${first!.id}`)
    await watched.page.locator('canvas').first().waitFor()
    await watched.page.waitForLoadState('networkidle')
    const bytes = await scripts.gzipBytes()
    console.log(`first load: ${bytes} bytes of JavaScript as gzip`)
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_LIMIT)
  },
  2 * MINUTE_MS,
)

test(
  'a hub that dies shows a banner, and one that comes back takes it away without a reload',
  async () => {
    const [first] = await client.hosts()
    await page.goto(`${url}/hosts/${first!.id}`)
    await chartMoves()
    const marked = page.evaluate(() => {
      ;(globalThis as unknown as PageGlobal).mark = 'kept'
    })
    await marked
    const banner = page.getByText(en['live.lost'])
    await main.expecting(OUTAGE, async () => {
      up.signal('SIGKILL')
      await up.exited
      await banner.waitFor({ timeout: 20_000 })
      up = startUp(new URL(url).host)
      await up.printed(/http:\/\/127\.0\.0\.1:\d+/, 40_000)
      await banner.waitFor({ state: 'hidden', timeout: 40_000 })
    })
    await chartMoves()
    expect(await page.evaluate(() => (globalThis as unknown as PageGlobal).mark)).toBe('kept')
    expect(main.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'logging out leads to the login and back to where one was going',
  async () => {
    await client.call('POST', '/api/logout')
    await using watched = await browser.open()
    await watched.page.goto(`${url}/settings/hosts`)
    await watched.page.getByLabel(en['login.username']).fill(ADMIN.username)
    await watched.page.getByLabel(en['login.password'], { exact: true }).fill('not the password')
    await watched.expecting(/401/, async () => {
      await watched.page.getByRole('button', { name: en['login.submit'] }).click()
      await watched.page.getByText(en['login.failed']).waitFor()
    })
    await watched.page.getByLabel(en['login.password'], { exact: true }).fill(ADMIN.password)
    await watched.page.getByRole('button', { name: en['login.submit'] }).click()
    await watched.page.getByRole('link', { name: SECOND_HOST }).first().waitFor()
    expect(watched.page.url()).toBe(`${url}/settings/hosts`)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

/** The first chart's picture changes within a few ticks. */
async function chartMoves(): Promise<void> {
  const chart = page.locator('canvas').first()
  await chart.waitFor({ timeout: 20_000 })
  const before = await chart.screenshot()
  await until('the chart to move', async () => !(await chart.screenshot()).equals(before), {
    withinMs: 15_000,
    everyMs: 300,
  })
}

async function shownCommand(): Promise<string> {
  return (await page.getByRole('dialog').locator('code:visible').first().textContent()) ?? ''
}

function tokenIn(command: string): string {
  const found = /lum_[A-Za-z0-9_-]{60}/.exec(command)
  if (found === null) throw new Error(`no token in the command: ${command}`)
  return found[0]
}

/** `path` in every look there is. */
function accessible(
  path: string,
  isShown: (opened: Page) => Promise<unknown>,
  cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>> = [],
): Promise<void> {
  return everyLook({ browser, url, path, isShown, cookies })
}
