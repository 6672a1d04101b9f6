import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Admin } from '@lumen/hub/admin/admin'
import { openAdmin } from '@lumen/hub/admin/open-admin'
import { systemClock } from '@lumen/std/clock'
import { type FakeCluster, startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
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
const GUESTS = 12

/** `lumen demo`: a hub with a fleet and a Proxmox cluster that do not exist and days of their history, to look at. Everything is in a folder for
 * temporary files and goes when it is stopped. */
export async function demo(settings: Settings): Promise<number> {
  const log = logOf(settings)
  const stop = stopSignal(log)
  const dataDir = mkdtempSync(join(tmpdir(), 'lumen-demo-'))
  try {
    const hosts = demoHosts(settings.hosts)
    const password = randomBytes(9).toString('base64url')
    const spec = sampleCluster({ now: Date.now(), release: '9.1', nodes: 3, guests: GUESTS })
    await using cluster = await startFakeCluster({ clock: systemClock, spec })
    const members = await register(dataDir, hosts, password, cluster)
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

async function register(dataDir: string, hosts: readonly DemoHost[], password: string, cluster: FakeCluster) {
  await using admin = await openAdmin(dataDir)
  await admin.addUser(USER, password)
  await connect(admin, cluster)
  const members: (DemoHost & { id: number; token: string })[] = []
  for (const host of hosts) members.push({ ...host, ...(await admin.addHost(host.name)) })
  return members
}

/** As an administrator would: a token that may only look, and the cluster's own authority. */
async function connect(admin: Admin, { nodes, tokens: [token], caPem }: FakeCluster): Promise<void> {
  await admin.addProxmox({
    ...{ name: 'demo', kind: 'pve', addresses: nodes.map(({ url }) => new URL(url).host) },
    ...{ token_id: token!.id, secret: token!.secret, trust: { by: 'ca', pem: caPem } },
  })
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
