import { sleep } from '@lumen/std/sleep'
import { startBrowser, type TestBrowser } from '@lumen/testkit/browser'
import type { HubClient } from '@lumen/testkit/hub-client'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import type { PageGlobal } from '@lumen/testkit/page-global'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { Page } from 'playwright-core'
import { startFleet } from '../fleet.ts'
import type { BenchGroup } from '../group.ts'
import { logIn } from '../log-in.ts'
import { type Figure, figure } from '../result.ts'

const HOSTS = 200
const INTERVAL_MS = 5_000
const LOADS = 5
const WINDOW_MS = 10_000
const WINDOWS = 4
const MIB = 1024 ** 2

interface Bench {
  browser: TestBrowser
  admin: HubClient
  say: (line: string) => void
}

/** The web app in Chromium on a fleet of 200: what the first load costs, how soon it shows, what a tick costs. */
export const webBench: BenchGroup = async ({ say }) => {
  await using data = await tempDir('lumen-bench-')
  await using hub = await startLumenHub({ dataDir: data.path, intervalMs: INTERVAL_MS })
  await using _fleet = await startFleet(hub.admin, { hosts: HOSTS, intervalMs: INTERVAL_MS, windowMs: 1_000 })
  await using browser = await startBrowser()
  const bench: Bench = { browser, admin: hub.admin, say }
  return [...(await measureLoads(bench)), ...(await measureUpdates(bench))]
}

/** First loads of the fleet and of a host page, each with nothing cached. */
async function measureLoads(bench: Bench): Promise<Figure[]> {
  const [first] = await bench.admin.hosts()
  const hostScripts: number[] = []
  const fleetScripts: number[] = []
  const firstPaint: number[] = []
  const allShown: number[] = []
  for (let i = 0; i < LOADS; i++) {
    const fleet = await load(bench, '/', (page) =>
      page.waitForFunction(
        (count) =>
          (globalThis as unknown as PageGlobal).document.querySelectorAll('a[href^="/hosts/"]').length >=
          count,
        HOSTS,
        { polling: 'raf', timeout: 30_000 },
      ),
    )
    fleetScripts.push(fleet.scriptBytes / 1_024)
    allShown.push(fleet.shownMs)
    firstPaint.push(fleet.firstPaintMs)
    const host = await load(bench, `/hosts/${first!.id}`, (page) => page.locator('canvas').first().waitFor())
    hostScripts.push(host.scriptBytes / 1_024)
    bench.say(
      `web: load ${i + 1}/${LOADS} fleet ${fleet.shownMs.toFixed(0)} ms, host ${host.shownMs.toFixed(0)} ms`,
    )
  }
  const group = 'web'
  return [
    figure({
      group,
      name: 'first load with charts, JavaScript on the wire',
      unit: 'KiB',
      values: hostScripts,
      target: { of: 'value', atMost: 90 },
      note: 'the host page; gzip, response headers are counted',
    }),
    figure({
      group,
      name: 'first load of the fleet, JavaScript on the wire',
      unit: 'KiB',
      values: fleetScripts,
    }),
    figure({
      group,
      name: `fleet of ${HOSTS}, first contentful paint`,
      unit: 'ms',
      values: firstPaint,
      target: { of: 'value', atMost: 1_000 },
    }),
    figure({ group, name: `fleet of ${HOSTS}, every host in the page`, unit: 'ms', values: allShown }),
  ]
}

async function load(
  { browser, admin }: Bench,
  path: string,
  isShown: (page: Page) => Promise<unknown>,
): Promise<{ scriptBytes: number; shownMs: number; firstPaintMs: number }> {
  await using watched = await browser.open()
  const { page } = watched
  await logIn(page, admin)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  const scripts = new Set<string>()
  let scriptBytes = 0
  devtools.on(
    'Network.responseReceived',
    ({ requestId, type }) => type === 'Script' && scripts.add(requestId),
  )
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength
  })
  const started = performance.now()
  await page.goto(admin.url + path, { waitUntil: 'commit' })
  await isShown(page)
  const shownMs = performance.now() - started
  const firstPaintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  )
  await page.waitForLoadState('networkidle')
  return { scriptBytes, shownMs, firstPaintMs }
}

/** The open fleet page while all hosts push. */
async function measureUpdates({ browser, admin, say }: Bench): Promise<Figure[]> {
  await using watched = await browser.open()
  const { page } = watched
  await logIn(page, admin)
  await page.addInitScript(() => {
    const page = globalThis as unknown as PageGlobal
    page.longTasks = 0
    new page.PerformanceObserver((list) => {
      page.longTasks += list.getEntries().length
    }).observe({ type: 'longtask' })
  })
  await page.goto(`${admin.url}/`)
  const devtools = await page.context().newCDPSession(page)
  let updates = 0
  devtools.on('Network.webSocketFrameReceived', () => {
    updates += 1
  })
  await devtools.send('Network.enable')
  await devtools.send('Performance.enable')
  await sleep(8_000)
  await page.evaluate(() => {
    ;(globalThis as unknown as PageGlobal).longTasks = 0
  })
  const perUpdate: number[] = []
  const perInterval: number[] = []
  const heap: number[] = []
  for (let i = 0; i < WINDOWS; i++) {
    const before = await metrics(devtools)
    const started = performance.now()
    updates = 0
    await sleep(WINDOW_MS)
    const after = await metrics(devtools)
    const scriptMs = 1_000 * (after.ScriptDuration! - before.ScriptDuration!)
    perUpdate.push(scriptMs / Math.max(1, updates))
    perInterval.push((scriptMs * INTERVAL_MS) / (performance.now() - started))
    heap.push(after.JSHeapUsedSize! / MIB)
    say(`web: ${i + 1}/${WINDOWS} ${perUpdate.at(-1)!.toFixed(2)} ms scripting an update`)
  }
  const longTasks = await page.evaluate(() => (globalThis as unknown as PageGlobal).longTasks)
  const group = 'web'
  return [
    figure({
      group,
      name: `fleet of ${HOSTS}, scripting of one update`,
      unit: 'ms',
      values: perUpdate,
      target: { of: 'value', atMost: 4 },
      note: 'generator, hub and browser share the machine',
    }),
    figure({
      group,
      name: `fleet of ${HOSTS}, scripting of all updates of ${INTERVAL_MS / 1_000} s`,
      unit: 'ms',
      values: perInterval,
      note: 'every host pushed once in that time, spread over it',
    }),
    figure({
      group,
      name: 'tasks over 50 ms',
      unit: `in ${(WINDOWS * WINDOW_MS) / 1_000} s`,
      values: [longTasks],
      target: { of: 'value', atMost: 0 },
    }),
    figure({ group, name: 'JavaScript heap', unit: 'MiB', values: heap }),
  ]
}

interface Devtools {
  send(method: 'Performance.getMetrics'): Promise<{ metrics: { name: string; value: number }[] }>
}

async function metrics(devtools: Devtools): Promise<Record<string, number>> {
  const answer = await devtools.send('Performance.getMetrics')
  return Object.fromEntries(answer.metrics.map(({ name, value }) => [name, value]))
}
