import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { HostContainers } from '@lumen/protocol/http/containers'
import { AXE_SCRIPT, axeViolations } from '@lumen/testkit/axe'
import { DESKTOP, PHONE, startBrowser, type TestBrowser, type WatchedPage } from '@lumen/testkit/browser'
import { type RunningHub, startLumenHub } from '@lumen/testkit/lumen-process'
import { SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { ONE_OF_EACH } from '@lumen/testkit/synthetic-readings'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import type { Page } from 'playwright-core'
import { en } from '../packages/web/src/i18n/en.ts'
import { containersPageMessages as words } from '../packages/web/src/i18n/en-containers-page.ts'
import { accessible } from './accessible.ts'

const EACH = 20
const TOTAL = words['containers.of'](
  words['containers.count'](2 * EACH, String(2 * EACH)),
  words['containers.hosts'](2),
)
const MINUTE_MS = 60_000
const WAIT = { withinMs: 60_000, everyMs: 50 }

// One story: a fleet without containers, then two hosts that have some.
const stack = new AsyncDisposableStack()
let data: TempDir
let hub: RunningHub
let browser: TestBrowser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  data = stack.use(await tempDir('lumen-containers-'))
  hub = stack.use(await startLumenHub({ dataDir: data.path, intervalMs: 1_000 }))
  browser = stack.use(await startBrowser())
  watched = stack.use(await browser.open({ viewport: DESKTOP, initScript: AXE_SCRIPT }))
  page = watched.page
  await page.context().addCookies([{ name: 'lumen_session', value: hub.admin.session!, url: hub.url }])
}, 2 * MINUTE_MS)
afterAll(() => stack[Symbol.asyncDispose](), MINUTE_MS)

test(
  'without containers the page says how an agent comes to see them, accessibly',
  async () => {
    await look((opened) => opened.getByRole('heading', { name: words['containers.empty'] }).waitFor())
  },
  2 * MINUTE_MS,
)

test(
  'containers of all hosts are listed, what is in trouble first',
  async () => {
    const hosts = await Promise.all(
      ['nas', 'attic'].map(async (name) => ({ name, token: (await hub.admin.createHost(name)).token })),
    )
    const shape = { ...ONE_OF_EACH, containers: EACH }
    const fleet = stack.use(new SimulatedFleet({ hubUrl: hub.url, hosts, intervalMs: 1_000, shape }))
    fleet.start()
    await until(
      'both hosts to tell of their containers',
      async () => {
        const answer = await hub.admin.call<{ hosts: HostContainers[] }>('GET', '/api/containers')
        return answer.hosts.length === hosts.length
      },
      WAIT,
    )
    await page.goto(`${hub.url}/containers`)
    await page.getByText(TOTAL).waitFor()
    const standings = await page.locator('tbody .state-word').allInnerTexts()
    expect(standings.slice(0, 4)).toEqual(['Unhealthy', 'Unhealthy', 'Restarting', 'Restarting'])
    expect(await names()).toEqual(expect.arrayContaining(['web', 'redis-2', 'traefik']))
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'a search, a state and a sort narrow and order them, and stand in the address',
  async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('shop nas')
    await until('only the shop of one host', async () => (await names()).length === 8, WAIT)
    await page.getByRole('button', { name: en['group.trouble'] }).click()
    await until('the one in trouble', async () => (await names()).join() === 'web,redis-2', WAIT)
    expect(new URL(page.url()).searchParams.toString()).toBe('q=shop+nas&state=trouble')
    await page.getByRole('button', { name: en['containers.name'], exact: true }).click()
    await page.reload()
    await until('the same after a reload', async () => (await names()).join() === 'redis-2,web', WAIT)
    await page.getByLabel(words['containers.search']).fill('nothing is called that')
    await page.getByRole('button', { name: words['containers.clear'] }).click()
    await until('all of them again', async () => (await names()).length > 8, WAIT)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'every look of the page is accessible',
  async () => {
    await look((opened) => opened.getByText(TOTAL).waitFor())
  },
  2 * MINUTE_MS,
)

test(
  'a container leads to its charts on the page of its host, which tells what happened there',
  async () => {
    await page.goto(hub.url)
    await page.getByRole('heading', { name: en['fleet.title'] }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.getByText(TOTAL).waitFor()
    const link = page.locator('.container-table tbody th a').first()
    const name = (await link.textContent()) ?? ''
    await link.press('Enter')
    const charts = page.getByRole('region', { name: en['row.charts'](name) })
    for (const title of [en['containers.cpu'], en['containers.memory'], en['row.network'], en['row.io']]) {
      await charts.getByRole('slider', { name: en['chart.cursorOf'](title) }).waitFor()
    }
    await page.locator('.event', { hasText: en['event.start'] }).waitFor()
    for (const viewport of [PHONE, DESKTOP]) {
      await page.setViewportSize(viewport)
      const { width } = viewport
      expect({ width, violations: await axeViolations(page) }).toEqual({ width, violations: [] })
    }
    await page.getByRole('button', { name: en['row.close'](name) }).click()
    await charts.waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('')
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

const names = () => page.locator('.container-table tbody th a').allInnerTexts()

async function look(isShown: (opened: Page) => Promise<unknown>): Promise<void> {
  const cookies = await page.context().cookies()
  await accessible({ browser, url: hub.url, path: '/containers', isShown, cookies })
}
