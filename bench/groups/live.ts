import { Uplink } from '@lumen/agent/push/uplink'
import { systemClock } from '@lumen/std/clock'
import { silentLog } from '@lumen/std/log'
import { sleep } from '@lumen/std/sleep'
import { startBrowser } from '@lumen/testkit/browser'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import type { PageGlobal } from '@lumen/testkit/page-global'
import { SyntheticMachine } from '@lumen/testkit/synthetic-readings'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { BenchGroup } from '../group.ts'
import { logIn } from '../log-in.ts'
import { figure, quantile } from '../result.ts'

const TICKS = 40
const INTERVAL_MS = 1_000

/** From the agent having read a value to the frame in which the browser draws it, on loopback: a value nothing else
 * has is pushed by a real uplink and looked for in the page once a frame. */
export const liveBench: BenchGroup = async ({ say }) => {
  await using data = await tempDir('lumen-bench-')
  await using hub = await startLumenHub({ dataDir: data.path, intervalMs: INTERVAL_MS })
  const { host, token } = await hub.admin.createHost('bench')
  await using uplink = new Uplink({
    hubUrl: hub.url,
    token,
    clock: systemClock,
    log: silentLog,
    agentVersion: 'bench',
  })
  uplink.start()
  const machine = new SyntheticMachine(1)
  const push = (celsius: number) => {
    const readings = machine.read(INTERVAL_MS)
    uplink.record({ ...readings, host: { ...readings.host, temp_celsius: celsius } }, INTERVAL_MS)
    return Date.now()
  }
  push(20)

  await using browser = await startBrowser()
  const latencies: Record<string, number[]> = { fleet: [], host: [] }
  for (const [name, path] of [
    ['fleet', '/'],
    ['host', `/hosts/${host.id}`],
  ] as const) {
    await using watched = await browser.open()
    await logIn(watched.page, hub.admin)
    await watched.page.goto(hub.url + path)
    await sleep(3_000)
    for (let i = 0; i < TICKS; i++) {
      // A reading nothing else on the page has: no axis is labelled with it, no tick before had it.
      const celsius = (name === 'fleet' ? 20.7 : 60.3) + i
      const seen = watched.page.evaluate(watchForText, celsius.toFixed(1))
      await sleep(50)
      const readAt = push(celsius)
      latencies[name]!.push((await seen) - readAt)
      await sleep(Math.max(0, INTERVAL_MS - (Date.now() - readAt)))
    }
    say(`live: ${name} p95 ${quantile(latencies[name]!, 0.95)?.toFixed(0)} ms`)
  }
  return Object.entries(latencies).map(([name, values]) =>
    figure({
      group: 'live',
      name: `agent reading to browser pixel, ${name} page`,
      unit: 'ms',
      values,
      target: { of: 'value', atMost: 300 },
      note: `p95 ${quantile(values, 0.95)?.toFixed(0)} ms over ${values.length} ticks`,
    }),
  )
}

/** In the page: when the frame was drawn in which `celsius` degrees could first be read, epoch ms. */
function watchForText(celsius: string): Promise<number> {
  const page = globalThis as unknown as PageGlobal
  const pattern = new RegExp(`(^|[^\\d.])${celsius.replace('.', '\\.')}\\s*°`)
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 10_000
    const look = () => {
      if (Date.now() > deadline) reject(new Error(`${celsius} °C did not appear`))
      else if (pattern.test(page.document.body.textContent))
        page.requestAnimationFrame(() => resolve(Date.now()))
      else page.requestAnimationFrame(look)
    }
    page.requestAnimationFrame(look)
  })
}
