import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAdmin } from '@lumen/hub/admin/open-admin'
import { SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import type { Settings } from '../cli/options.ts'
import { EXIT } from '../cli/refusal.ts'
import { type DemoHost, demoHosts } from '../demo/demo-hosts.ts'
import { makeHistory } from '../demo/make-history.ts'
import { hubSettings } from '../hub-settings.ts'
import { logOf } from '../log.ts'
import { print } from '../print.ts'
import { runHub } from '../run-hub.ts'
import { aborted, stopSignal } from '../stop-signal.ts'

const USER = 'demo'
const INTERVAL_MS = 5_000

/** `lumen demo`: a hub with a fleet that does not exist and days of its history, to look at. Everything is in a folder for
 * temporary files and goes when it is stopped. */
export async function demo(settings: Settings): Promise<number> {
  const log = logOf(settings)
  const stop = stopSignal(log)
  const dataDir = mkdtempSync(join(tmpdir(), 'lumen-demo-'))
  try {
    const hosts = demoHosts(settings.hosts)
    const password = randomBytes(9).toString('base64url')
    const members = await register(dataDir, hosts, password)
    await withProgress(settings.days, (onDay) => makeHistory(dataDir, members, settings.days, onDay))
    await using hub = await runHub({ ...hubSettings(settings), dataDir }, log)
    await using fleet = new SimulatedFleet({ hubUrl: hub.url, hosts: members, intervalMs: INTERVAL_MS })
    fleet.start()
    await print(
      `Lumen shows a fleet that does not exist at ${hub.url}\nUser ${USER}, password ${password}. All of it goes when you stop this.\n`,
    )
    await aborted(stop)
    return EXIT.done
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function register(dataDir: string, hosts: readonly DemoHost[], password: string) {
  await using admin = await openAdmin(dataDir)
  await admin.addUser(USER, password)
  const members: (DemoHost & { id: number; token: string })[] = []
  for (const host of hosts) members.push({ ...host, ...(await admin.addHost(host.name)) })
  return members
}

/** Making days takes some seconds. */
async function withProgress(
  days: number,
  make: (onDay: (done: number) => void) => Promise<void>,
): Promise<void> {
  const isTerminal = process.stderr.isTTY
  const tell = (done: number) =>
    process.stderr.write(
      `${isTerminal ? '\r\x1b[K' : ''}making history: day ${done} of ${days}${isTerminal ? '' : '\n'}`,
    )
  tell(0)
  await make((done) => {
    if (isTerminal) tell(done)
  })
  tell(days)
  if (isTerminal) process.stderr.write('\n')
}
