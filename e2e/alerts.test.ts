import { afterAll, beforeAll, expect, test } from 'bun:test'
import { hostname } from 'node:os'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Rule } from '@lumen/protocol/http/alerts/rule'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import { AXE_SCRIPT, axeViolations } from '@lumen/testkit/axe'
import { DESKTOP, PHONE, startBrowser, type TestBrowser, type WatchedPage } from '@lumen/testkit/browser'
import { type RunningHub, startLumenAgent, startLumenHub } from '@lumen/testkit/lumen-process'
import type { PageGlobal } from '@lumen/testkit/page-global'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import type { Locator, Page } from 'playwright-core'
import { en } from '../packages/web/src/i18n/en.ts'
import { alertMessages as words } from '../packages/web/src/i18n/en-alerts.ts'
import { holdConnections } from './held-connections.ts'

const MINUTE_MS = 60_000
const WAIT = { withinMs: 40_000, everyMs: 100 }
const RULE = 'Too many connections'
/** Connections held, two ends each, and how many more than without them fire. */
const PAIRS = 300
const MARGIN = 300

// One story: a fresh hub that watches this machine, a rule, and what it tells.
const stack = new AsyncDisposableStack()
const received: string[] = []
let data: TempDir
let hub: RunningHub
let host: HostSummary
let browser: TestBrowser
let watched: WatchedPage
let page: Page
let load: AsyncDisposable | undefined

beforeAll(async () => {
  data = stack.use(await tempDir('lumen-alerts-'))
  hub = stack.use(await startLumenHub({ dataDir: data.path, intervalMs: 1_000 }))
  // What this machine's own disks and memory do must not decide what the story sees.
  for (const { id, spec } of (await hub.admin.call<{ rules: Rule[] }>('GET', '/api/alerts/rules')).rules) {
    await hub.admin.call('PUT', `/api/alerts/rules/${id}`, { ...spec, is_enabled: false })
  }
  const made = await hub.admin.createHost(hostname())
  host = made.host
  stack.use(startLumenAgent(hub.url, made.token))
  browser = stack.use(await startBrowser())
  watched = stack.use(await browser.open({ viewport: DESKTOP }))
  page = watched.page
  await page.context().addCookies([{ name: 'lumen_session', value: hub.admin.session!, url: hub.url }])
}, 2 * MINUTE_MS)
afterAll(async () => {
  await load?.[Symbol.asyncDispose]()
  await stack[Symbol.asyncDispose]()
}, 2 * MINUTE_MS)

test(
  'a fresh hub says that nothing is wrong and that nobody would be told, and every view says what to do',
  async () => {
    await page.goto(`${hub.url}/alerts`)
    await page.getByRole('heading', { name: words['firing.none'] }).waitFor()
    await page.getByText(words['hint.none']).waitFor()
    await accessible(EMPTY_VIEWS, [{ viewport: PHONE, colorScheme: 'light' }])
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'a channel is added by its form and tested before it is saved',
  async () => {
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        received.push(await request.text())
        return new Response('thanks')
      },
    })
    stack.defer(() => server.stop(true))
    await page.getByRole('link', { name: words['hint.addChannel'] }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel(words['channels.kind'], { exact: true }).selectOption('webhook')
    await form.getByLabel(words['channels.name'], { exact: true }).fill('automation')
    await form.getByRole('button', { name: words['channels.test'] }).click()
    await form.getByText(words['fault.missing']).waitFor()
    await form.getByLabel(words['field.url'], { exact: true }).fill(`http://127.0.0.1:${server.port}/`)
    await form.getByRole('button', { name: words['channels.test'] }).click()
    await form.locator('.test-outcome .good').waitFor()
    expect(received.length).toBe(1)
    await form.getByRole('button', { name: words['channels.create'] }).click()
    await page.getByRole('button', { name: words['channels.testOf']('automation') }).waitFor()
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'a rule shows while it is typed what it looks at now and when it would have fired',
  async () => {
    await until('readings of this machine', () => connections(), WAIT)
    await page.goto(`${hub.url}/alerts/rules/new`)
    const preview = page.getByRole('region', { name: words['preview.title'] })
    await preview.getByText(words['preview.total'](1)).waitFor()
    await preview.getByText(hostname()).waitFor()
    const rehearsal = page.getByRole('region', { name: words['rehearsal.title'] })
    await rehearsal.getByText(words['rehearsal.longest']).waitFor()
    const calm = await until('readings of this machine', () => connections(), WAIT)
    await page.getByLabel(words['condition.metric']).selectOption('host.tcp_established')
    await page.getByLabel(words['condition.warning'], { exact: true }).fill('many')
    await page.getByText(words['fault.number']).waitFor()
    await page.getByLabel(words['condition.warning'], { exact: true }).fill(String(calm + MARGIN))
    await page.getByLabel(words['timing.for'], { exact: true }).fill('2')
    await page.getByLabel(words['span.unit'](words['timing.for'])).selectOption('s')
    await preview.getByText(words['preview.inTrouble'](0)).waitFor()
    await rehearsal.getByText(words['rehearsal.none']).waitFor()
    await page.getByLabel(words['editor.name']).fill(RULE)
    await page.getByRole('button', { name: words['editor.create'] }).click()
    await page.getByRole('link', { name: RULE }).waitFor()
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'what it looks for is seen on every page as it happens, without a reload',
  async () => {
    await goTo('/alerts')
    await page.evaluate(() => {
      ;(globalThis as unknown as PageGlobal).mark = 'not reloaded'
    })
    load = await holdConnections(PAIRS)
    await card().waitFor({ timeout: WAIT.withinMs })
    await until('the title to count it', async () => (await page.title()).startsWith('(1) '), WAIT)
    await page
      .getByRole('link', { name: new RegExp(en['nav.firing'](1)) })
      .first()
      .waitFor()
    await card().getByRole('button', { name: words['firing.more'] }).click()
    await card().getByRole('slider', { name: /./ }).waitFor()
    expect(await page.evaluate(() => (globalThis as unknown as PageGlobal).mark)).toBe('not reloaded')
    await page.getByRole('link', { name: en['nav.fleet'], exact: true }).first().click()
    await page.getByRole('link', { name: en['fleet.firing'](1) }).waitFor()
    await page.getByRole('link', { name: hostname(), exact: true }).first().click()
    await page.getByRole('list', { name: en['host.alerts'] }).getByRole('link').waitFor()
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'every view is accessible in dark and light, on a desktop and a phone, and meanwhile the channel is told',
  async () => {
    const [alert] = (await hub.admin.call<{ alerts: Alert[] }>('GET', '/api/alerts/active')).alerts
    await accessible(fullViews(alert!), LOOKS)
    await until('the channel to be told', () => received.length === 2, WAIT)
    expect(received[1]).toContain(RULE)
  },
  3 * MINUTE_MS,
)

test(
  'a silence keeps it quiet, and told again once that ends',
  async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await card().getByRole('button', { name: words['silence.do'] }).click()
    await page.getByRole('dialog').getByRole('button', { name: words['silence.do'], exact: true }).click()
    const quiet = page.getByRole('region', { name: words['group.quiet'] })
    await quiet.getByText(words['quiet.silence']).waitFor()
    await until('the title to rest', async () => !(await page.title()).startsWith('('), WAIT)
    await page.getByRole('link', { name: words['tab.quiet'] }).click()
    await page.getByRole('button', { name: words['silences.end'] }).click()
    await until('the title to count again', async () => (await page.title()).startsWith('(1) '), WAIT)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'it is acknowledged with a word to the others',
  async () => {
    await page.getByRole('link', { name: new RegExp(`^${words['tab.firing']}`) }).click()
    await card().getByRole('button', { name: words['ack.do'] }).click()
    await page.getByRole('dialog').getByLabel(words['ack.comment']).fill('closing them')
    await page.getByRole('dialog').getByRole('button', { name: words['ack.do'], exact: true }).click()
    await card().getByText('closing them').waitFor()
    await card().getByRole('button', { name: words['ack.undo'] }).waitFor()
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'once its cause is gone it resolves by itself, and the history tells of it',
  async () => {
    await load?.[Symbol.asyncDispose]()
    load = undefined
    await card().waitFor({ state: 'detached', timeout: WAIT.withinMs })
    await page.getByRole('heading', { name: words['firing.none'] }).waitFor()
    await page.getByRole('link', { name: words['tab.history'] }).click()
    const row = page.locator('.history-row', { hasText: RULE })
    await row.locator('.history-end .resolved').waitFor()
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

test(
  'a rule that was changed is not left unsaved unasked, and is deleted after a question; the end was told',
  async () => {
    await page.getByRole('link', { name: words['tab.rules'] }).click()
    await page.getByRole('link', { name: RULE }).click()
    await page.getByLabel(words['editor.name']).fill('Another name')
    await page.getByRole('link', { name: words['tab.history'] }).click()
    await page.getByRole('button', { name: words['editor.stay'] }).click()
    expect(await page.getByLabel(words['editor.name']).inputValue()).toBe('Another name')
    await page.goBack()
    await page.getByRole('button', { name: words['editor.leave'], exact: true }).click()
    await page.getByRole('button', { name: words['rules.actionsFor'](RULE) }).click()
    await page.getByRole('menuitem', { name: words['rules.delete'] }).click()
    await page.getByRole('dialog').getByRole('button', { name: words['rules.delete'] }).click()
    await page.getByRole('link', { name: RULE }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: words['tab.deliveries'] }).click()
    await until('the end to be told', () => received.length === 3, WAIT)
    await page.locator('.delivery-row.sent').nth(1).waitFor({ timeout: WAIT.withinMs })
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE_MS,
)

const card = (): Locator => page.getByRole('article').filter({ hasText: RULE })

/** Established connections of this machine, as its newest reading has them. */
async function connections(): Promise<number | undefined> {
  const to = Date.now()
  const query = { host: host.id, metrics: 'host.tcp_established', from: to - 20_000, to }
  const { series } = await hub.admin.query(query)
  return series[0]?.avg.findLast((value) => value !== null) ?? undefined
}

/** Without loading the page anew. */
async function goTo(path: string): Promise<void> {
  await page.locator(`nav a[href="${path}"]`).first().click()
  await page.waitForURL(`${hub.url}${path}`)
}

interface View {
  path: string
  isShown: (opened: Page) => Promise<unknown>
}

const heading = (name: string) => (opened: Page) => opened.getByRole('heading', { name }).waitFor()
const EMPTY_VIEWS: readonly View[] = [
  { path: '/alerts', isShown: heading(words['firing.none']) },
  { path: '/alerts/history', isShown: heading(words['history.none']) },
  { path: '/alerts/channels', isShown: heading(words['channels.none']) },
  { path: '/alerts/deliveries', isShown: heading(words['deliveries.none']) },
  { path: '/alerts/quiet', isShown: (opened) => opened.getByText(words['silences.none']).waitFor() },
]

const fullViews = (alert: Alert): View[] => [
  {
    path: `/alerts?open=${alert.id}`,
    isShown: (opened) => opened.getByRole('article').getByRole('slider').waitFor(),
  },
  { path: '/alerts/history', isShown: (opened) => opened.locator('.history-row').first().waitFor() },
  { path: '/alerts/rules', isShown: (opened) => opened.getByRole('link', { name: RULE }).waitFor() },
  {
    path: `/alerts/rules/${alert.rule_id}`,
    isShown: (opened) => opened.getByText(words['rehearsal.longest']).waitFor(),
  },
  { path: '/alerts/channels', isShown: (opened) => opened.locator('.channel-row').first().waitFor() },
  { path: '/alerts/channels?add=webhook', isShown: (opened) => opened.getByRole('dialog').waitFor() },
  { path: '/alerts/deliveries', isShown: (opened) => opened.locator('.delivery-row').first().waitFor() },
  { path: '/alerts/quiet?add=maintenance', isShown: (opened) => opened.getByRole('dialog').waitFor() },
  { path: '/settings/notifications', isShown: heading('Heartbeat') },
]

interface Look {
  viewport: typeof DESKTOP
  colorScheme: 'dark' | 'light'
}
const LOOKS: readonly Look[] = [DESKTOP, PHONE].flatMap((viewport) =>
  (['dark', 'light'] as const).map((colorScheme) => ({ viewport, colorScheme })),
)

/** Axe finds nothing in any view and look, nothing scrolls sideways, nothing goes wrong. */
async function accessible(views: readonly View[], looks: readonly Look[]): Promise<void> {
  await using opened = await browser.open({ initScript: AXE_SCRIPT })
  await opened.page.context().addCookies(await page.context().cookies())
  for (const { path, isShown } of views) {
    await opened.page.goto(hub.url + path)
    await isShown(opened.page)
    for (const { viewport, colorScheme } of looks) {
      await opened.page.setViewportSize(viewport)
      await opened.page.emulateMedia({ colorScheme })
      await opened.page.locator(`html[data-theme="${colorScheme}"]`).waitFor()
      await opened.page.evaluate(settled)
      const look = `${path} ${colorScheme} ${viewport.width} px`
      expect({ look, violations: await axeViolations(opened.page) }).toEqual({ look, violations: [] })
      const overflow = await opened.page.evaluate(() => {
        const { documentElement } = (globalThis as unknown as PageGlobal).document
        return documentElement.scrollWidth - documentElement.clientWidth
      })
      expect({ look, overflow }).toEqual({ look, overflow: 0 })
    }
  }
  expect(opened.faults()).toEqual([])
}

/** What moves has come to rest: a dialog on its way in is half transparent. */
async function settled(): Promise<void> {
  const { document } = globalThis as unknown as PageGlobal
  const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
  await Promise.all(ending.map(({ finished }) => finished.catch(() => {})))
}
