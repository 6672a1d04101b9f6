import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { Settings } from '@lumen/protocol/http/settings'
import type { StorageAnswer } from '@lumen/protocol/http/storage'
import { DESKTOP, startBrowser, type TestBrowser, type WatchedPage } from '@lumen/testkit/browser'
import { type RunningHub, startLumenHub } from '@lumen/testkit/lumen-process'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import type { Locator, Page } from 'playwright-core'
import { en as shellMessages } from '../packages/web/src/i18n/en.ts'
import { storageMessages } from '../packages/web/src/i18n/en-storage.ts'
import { accessible } from './accessible.ts'
import { drawnLine, jumpsOf } from './drawn-line.ts'
import { fillHistory, HISTORY_MS, SteadyAgent } from './steady-signal.ts'

const en = { ...shellMessages, ...storageMessages }
const HOST = 'steady'
const FILL_MS = 10 * MINUTE

// One story: a hub with ten months of history, looked at, then told to keep less of it.
const stack = new AsyncDisposableStack()
let data: TempDir
let hub: RunningHub
let browser: TestBrowser
let watched: WatchedPage
let page: Page
let hostPage: string
let begin: number

beforeAll(async () => {
  data = stack.use(await tempDir('lumen-history-'))
  let id: number
  let token: string
  {
    await using first = await startLumenHub({ dataDir: data.path })
    const created = await first.admin.createHost(HOST)
    id = created.host.id
    token = created.token
    const { retention } = await first.admin.call<Settings>('GET', '/api/settings')
    await first.admin.call('PUT', '/api/settings', { retention: { ...retention, cold_ms: 365 * DAY } })
    await first.child.stop()
  }
  const now = Math.floor(Date.now() / MINUTE) * MINUTE
  begin = Math.floor((now - HISTORY_MS) / DAY) * DAY
  await fillHistory(join(data.path, 'tsdb'), { id, name: HOST }, begin, now)
  hub = stack.use(await startLumenHub({ dataDir: data.path }))
  const agent = stack.use(new SteadyAgent(hub.url, token, begin))
  await agent.start(now)
  browser = stack.use(await startBrowser())
  watched = stack.use(await browser.open({ viewport: DESKTOP }))
  page = watched.page
  await page.context().addCookies([{ name: 'lumen_session', value: hub.admin.session!, url: hub.url }])
  hostPage = `${hub.url}/hosts/${id}`
}, FILL_MS)
afterAll(() => stack[Symbol.asyncDispose](), MINUTE)

test(
  'a year opens and says in which steps and since when there is data',
  async () => {
    await page.goto(`${hostPage}?range=1y`)
    await scope(`${en['chart.averages']('1\u00a0d')} · since`).waitFor()
    expect(jumpsOf(await drawnLine(page, en['cpu.total'])).holes).toBe(0)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'it is zoomed by dragging into an hour of ten months ago, and a double-click or Back returns',
  async () => {
    const wanted = begin + 9 * DAY
    await dragTo(wanted, 6 * DAY)
    await dragTo(wanted, 3 * HOUR)
    await dragTo(wanted, HOUR)
    const span = shownWindow()
    expect(span.to - span.from).toBeLessThan(2 * HOUR)
    expect(span.from).toBeLessThan(wanted)
    expect(span.to).toBeGreaterThan(wanted)
    await scope(en['chart.averages']('5\u00a0min')).waitFor()
    const { holes, first, last } = jumpsOf(await drawnLine(page, en['cpu.total']))
    expect({ holes, isWhole: first < 4 && last > 400 }).toEqual({ holes: 0, isWhole: true })
    await page.goBack()
    await page.goForward()
    expect(shownWindow()).toEqual(span)
    await firstPlot().dblclick({ position: { x: 200, y: 40 } })
    await page.waitForURL('**range=1y')
    await scope(en['chart.averages']('1\u00a0d')).waitFor()
    await page.goBack()
    expect(shownWindow()).toEqual(span)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'arrow keys move a window and plus and minus zoom it',
  async () => {
    const from = begin + 30 * DAY
    await page.goto(`${hostPage}?from=${from}&to=${from + DAY}`)
    await scope(en['chart.averages']('5\u00a0min')).waitFor()
    await page.keyboard.press('Shift+ArrowLeft')
    await until('the window to move by half', () => shownWindow().from === from - DAY / 2, {
      withinMs: 30_000,
    })
    await page.keyboard.press('-')
    await until('the window to widen', () => span() === 2 * DAY, { withinMs: 30_000 })
    await page.keyboard.press('+')
    await until('the window to narrow', () => span() === DAY, { withinMs: 30_000 })
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'no range shows a jump or a hole where one tier joins the next',
  async () => {
    for (const range of ['15m', '1h', '6h', '24h', '7d', '30d', '1y'] as const) {
      await page.goto(`${hostPage}?range=${range}`)
      await page.locator('.chart-scope').first().waitFor()
      for (const title of [en['cpu.total'], en['load.title']]) {
        const line = await until(
          `a line of ${title} over ${range}`,
          async () => {
            const found = jumpsOf(await drawnLine(page, title))
            return found.last > 400 ? found : undefined
          },
          { withinMs: 60_000, everyMs: 250 },
        )
        // A quarter of an hour is asked for without a bucket to spare, and what is older than this hub is there by the
        // minute, at which the line may begin: a pixel is 0.8 s, and the window goes on while its history is on the way.
        const edge = range === '15m' ? 100 : 4
        const isWhole = range === '1y' || line.first < edge
        expect({ range, title, isSmooth: line.jump <= 1, isWhole, line }).toEqual({
          range,
          title,
          isSmooth: true,
          isWhole: true,
          line: { ...line, holes: 0 },
        })
      }
    }
    expect(watched.faults()).toEqual([])
  },
  3 * MINUTE,
)

test(
  'a range before any data says since when there is some, and leads there',
  async () => {
    await page.goto(`${hostPage}?from=${begin - 20 * DAY}&to=${begin - 10 * DAY}`)
    await page.getByText(en['nodata.title']).waitFor()
    await page.getByRole('button', { name: en['nodata.first'] }).click()
    await scope('min averages').waitFor()
    expect(shownWindow().from).toBe(begin)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'a custom range is chosen by its ends, and one that ends before it begins is refused with a reason',
  async () => {
    await page.goto(`${hostPage}?range=7d`)
    await page.getByRole('button', { name: en['range.custom'] }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(en['range.from']).fill('2026-03-02T00:00')
    await dialog.getByLabel(en['range.to'], { exact: true }).fill('2026-03-01T00:00')
    await dialog.getByRole('button', { name: en['range.show'] }).click()
    await dialog.getByText(en['range.fault.order']).waitFor()
    const from = begin + 40 * DAY
    await dialog.getByLabel(en['range.from']).fill(await localField(from))
    await dialog.getByLabel(en['range.to'], { exact: true }).fill(await localField(from + DAY))
    await dialog.getByRole('button', { name: en['range.show'] }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(shownWindow()).toEqual({ from, to: from + DAY })
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'retention that shrinks lists what goes, and deletes it once confirmed',
  async () => {
    await page.goto(`${hub.url}/settings#retention`)
    await page.getByRole('heading', { name: en['settings.retention'] }).waitFor()
    const save = page.getByRole('button', { name: en['form.save'] })
    const cold = page.getByLabel(en['retention.keepOf'](en['tier.cold']), { exact: true })
    await page.getByText(/^Forecast from 1 host/).waitFor()
    expect(await save.isDisabled()).toBe(true)
    await cold.fill('366')
    await page.getByText(en['form.between']('1', '365 d')).waitFor()
    expect(await save.isDisabled()).toBe(true)
    await cold.fill('90')
    await save.click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(en['retention.confirmTitle']).waitFor()
    expect(await dialog.getByRole('row').filter({ hasText: en['tier.cold'] }).count()).toBeGreaterThan(0)
    await dialog.getByRole('button', { name: en['dialog.cancel'] }).click()
    expect((await hub.admin.call<Settings>('GET', '/api/settings')).retention.cold_ms).toBe(365 * DAY)
    await save.click()
    await dialog.getByRole('button', { name: en['retention.confirm'] }).click()
    await page.getByText(en['form.saved']).waitFor()
    expect((await hub.admin.call<Settings>('GET', '/api/settings')).retention.cold_ms).toBe(90 * DAY)
    await until(
      'the old days to go',
      async () => {
        const { tiers } = await hub.admin.call<StorageAnswer>('GET', '/api/storage')
        const from = tiers.find(({ tier }) => tier === 'cold')?.from ?? 0
        return from > Date.now() - 125 * DAY
      },
      { withinMs: 60_000, everyMs: 500 },
    )
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'the storage page shows budget, writes, coverage and health, and keeps a cap',
  async () => {
    await page.goto(`${hub.url}/settings/storage`)
    for (const part of ['budget.title', 'wear.title', 'coverage.title', 'health.title'] as const) {
      await page.getByRole('heading', { name: en[part] }).waitFor()
    }
    await page.getByText(en['health.well']).waitFor()
    await page.getByRole('row', { name: en['tier.cold'] }).first().waitFor()
    await page.getByLabel(en['budget.cap'], { exact: true }).fill('20')
    await page.getByRole('button', { name: en['form.save'] }).click()
    await page.getByText(en['form.saved']).waitFor()
    const { budget } = await hub.admin.call<Settings>('GET', '/api/settings')
    expect(budget.max_bytes).toBe(20 * 2 ** 30)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'a backup is scheduled, made from the page and listed with the command that restores it',
  async () => {
    const directory = stack.use(await tempDir('lumen-history-backups-')).path
    await page.goto(`${hub.url}/settings/backups`)
    await page.getByText(en['backups.none'], { exact: true }).waitFor()
    const now = page.getByRole('button', { name: en['backups.now'] })
    const save = page.getByRole('button', { name: en['form.save'] })
    const field = page.getByLabel(en['backups.directory'])
    expect(await now.isDisabled()).toBe(true)
    await field.fill('backups')
    await page.getByText(en['backups.directoryAbsolute']).waitFor()
    expect(await save.isDisabled()).toBe(true)
    await watched.expecting(/ 4\d\d /, async () => {
      await field.fill('/proc/1/no-such-place')
      await save.click()
      await page.locator('.schedule-directory.invalid [role="alert"]').waitFor()
    })
    await field.fill(directory)
    await save.click()
    await page.getByText(en['form.saved']).waitFor()
    await now.click()
    const row = page.locator('.backup-table tbody tr').first()
    await row.waitFor({ timeout: 60_000 })
    const file = (await row.getByRole('rowheader').textContent())!.trim()
    expect(await page.locator('.restore-help code').textContent()).toContain(
      `lumen restore ${directory}/${file}`,
    )
    expect(await Bun.file(join(directory, file)).exists()).toBe(true)
    expect(watched.faults()).toEqual([])
  },
  2 * MINUTE,
)

test(
  'long ranges, retention, storage and backups are accessible in dark and light, on desktop and phone',
  async () => {
    const cookies = await page.context().cookies()
    const open = (path: string, isShown: (opened: Page) => Promise<unknown>) =>
      accessible({ browser, url: hub.url, path, isShown, cookies })
    await open(`${new URL(hostPage).pathname}?range=1y`, (opened) =>
      opened.locator('canvas').first().waitFor(),
    )
    await open(`${new URL(hostPage).pathname}?range=7d`, async (opened) => {
      await opened.getByRole('button', { name: en['range.custom'] }).click()
      await opened.getByRole('dialog').waitFor()
    })
    await open('/settings/retention', (opened) => opened.getByText(/^Forecast from/).waitFor())
    await open('/settings/storage', (opened) => opened.getByText(en['health.well']).waitFor())
    await open('/settings/backups', (opened) => opened.locator('.backup-table').waitFor())
  },
  4 * MINUTE,
)

const scope = (text: string): Locator => page.locator('.chart-scope', { hasText: text }).first()
const firstPlot = (): Locator => page.locator('.plot').first()

function shownWindow(): { from: number; to: number } {
  const query = new URL(page.url()).searchParams
  return { from: Number(query.get('from')), to: Number(query.get('to')) }
}

const span = () => shownWindow().to - shownWindow().from

/** Drags out `spanMs` around an instant of what the first chart shows, and waits for the address to follow. */
async function dragTo(at: number, spanMs: number): Promise<void> {
  const plot = firstPlot()
  const box = (await plot.boundingBox())!
  const [from, to] = await Promise.all(
    ['aria-valuemin', 'aria-valuemax'].map(async (name) => Number(await plot.getAttribute(name)) * 1000),
  )
  const left = box.x + 68
  const width = box.width - 76
  const xOf = (t: number) => left + (width * (t - from!)) / (to! - from!)
  // Wide enough to be a drag and no click, whatever the window.
  const half = Math.max(5, xOf(at + spanMs / 2) - xOf(at))
  const before = page.url()
  await page.mouse.move(xOf(at) - half, box.y + 40)
  await page.mouse.down()
  await page.mouse.move(xOf(at) + half, box.y + 40, { steps: 5 })
  await page.mouse.up()
  await until('the window to be zoomed', () => page.url() !== before, { withinMs: 30_000 })
}

/** An instant as a date-time field of the page's own zone has it. */
function localField(t: number): Promise<string> {
  return page.evaluate((at) => {
    const date = new Date(at)
    return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  }, t)
}
