import { afterAll, beforeAll, expect, test } from 'bun:test'
import { SECOND } from '@lumen/model/time'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Rule } from '@lumen/protocol/http/alerts/rule'
import type { Delivery } from '@lumen/protocol/http/channels'
import type { ClusterDetail } from '@lumen/protocol/http/proxmox/cluster'
import { systemClock } from '@lumen/std/clock'
import { startBrowser, type WatchedPage } from '@lumen/testkit/browser'
import { type RunningHub, startLumenHub } from '@lumen/testkit/lumen-process'
import { type FakeCluster, startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { alertMessages as words } from '../packages/web/src/i18n/en-alerts.ts'
import { proxmoxSettingsMessages as pve } from '../packages/web/src/i18n/en-proxmox-settings.ts'
import { pushFromGuest } from './guest-push.ts'

const PATIENCE = { withinMs: 240_000, everyMs: 250 }
const STORY_MS = 600_000
const WAIT = { timeout: PATIENCE.withinMs }
/** The node that is lost runs these; `nas`, on it too, is stopped all along. */
const GIT = 102
const WITH_IT = ['git-inside', 'monitoring', 'web']
/** Longer than the agent has to be silent until that is seen. */
const FOR_MS = 20 * SECOND
const SHORTENED = new Set(['host_down', 'guest_stopped', 'quorum_lost'])
/** This machine’s own disk must not decide what the story sees. */
const OF_THE_MACHINE = new Set(['hub_disk', 'hub_flush'])

interface Told {
  level: string
  title: string
  alerts: { event: string; text: string; host: string; took_down: { host: string }[] }[]
}

// One story: a node is lost with all that runs on it, comes back, and its cluster is disconnected.
const stack = new AsyncDisposableStack()
const received: Told[] = []
let hub: RunningHub
let cluster: FakeCluster
let watched: WatchedPage
let isGitUp = true

beforeAll(async () => {
  const data = stack.use(await tempDir())
  hub = stack.use(await startLumenHub({ dataDir: data.path }))
  const browser = stack.use(await startBrowser())
  const spec = sampleCluster({ now: Date.now(), release: '8.2', nodes: 3, guests: 12 })
  cluster = stack.use(await startFakeCluster({ clock: systemClock, spec }))
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      received.push((await request.json()) as Told)
      return new Response('thanks')
    },
  })
  stack.defer(() => server.stop(true))
  await hub.admin.call('POST', '/api/channels', {
    ...{ name: 'automation', kind: 'webhook', settings: { url: `http://127.0.0.1:${server.port}/` } },
  })
  const { rules } = await hub.admin.call<{ rules: Rule[] }>('GET', '/api/alerts/rules')
  for (const { id, spec: rule, template } of rules) {
    const changed = {
      ...(SHORTENED.has(template ?? '') && { for_ms: FOR_MS }),
      ...(OF_THE_MACHINE.has(template ?? '') && { is_enabled: false }),
    }
    if (Object.keys(changed).length > 0) {
      await hub.admin.call('PUT', `/api/alerts/rules/${id}`, { ...rule, ...changed })
    }
  }
  stack.use(await agentInside(GIT, 'git-inside'))
  const [token] = cluster.tokens
  await hub.admin.call('POST', '/api/proxmox', {
    ...{ kind: 'pve', name: 'home', addresses: cluster.nodes.map(({ url }) => new URL(url).host) },
    ...{ token_id: token!.id, secret: token!.secret, trust: { by: 'ca', pem: cluster.caPem } },
  })
  watched = stack.use(await browser.open())
  const { page } = watched
  await page.context().addCookies([{ name: 'lumen_session', value: hub.admin.session!, url: hub.url }])
}, 120_000)
afterAll(() => stack[Symbol.asyncDispose](), 60_000)

/** Pushes as an agent in a guest would, while the guest is up. */
async function agentInside(vmid: number, name: string): Promise<AsyncDisposable> {
  const { token } = await hub.admin.createHost(name)
  const { mac } = cluster.timeline.spec.guests.find((guest) => guest.vmid === vmid)!
  const over = new AbortController()
  let seq = 0
  const push = () => pushFromGuest(hub.url, { token, mac, virt: 'lxc', seq: ++seq })
  await push()
  const pushing = (async () => {
    while (!over.signal.aborted) {
      if (isGitUp) await push()
      await Bun.sleep(SECOND)
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      await pushing
    },
  }
}

const active = async () => (await hub.admin.call<{ alerts: Alert[] }>('GET', '/api/alerts/active')).alerts
const namesIn = ({ alerts }: Told) => alerts.flatMap(({ took_down }) => took_down.map(({ host }) => host))
const group = (name: 'loud' | 'quiet') =>
  watched.page.getByRole('region', { name: new RegExp(`^${words[`group.${name}`]}`) })

test(
  'a node that is lost is one alert and one message that name what it took down',
  async () => {
    const { page } = watched
    await until(
      'the agent to be found in its guest',
      async () => {
        const { cluster: known } = await hub.admin.call<ClusterDetail>('GET', '/api/proxmox/1')
        return known?.guests.some(({ vmid, inside }) => vmid === GIT && inside !== null)
      },
      PATIENCE,
    )
    await page.goto(`${hub.url}/alerts`)
    await page.getByRole('heading', { name: words['firing.none'] }).waitFor()
    isGitUp = false
    cluster.happens({ kind: 'node-loss', node: 'pve3' })
    const card = group('loud').getByRole('article', { name: /^pve3 is down/ })
    await card.waitFor(WAIT)
    for (const name of WITH_IT) await card.getByText(name).first().waitFor()
    await card.getByRole('button', { name: words['firing.more'] }).click()
    const named = card.locator('.alert-body section').first().getByRole('listitem')
    const shown = (await named.allInnerTexts()).map((text) => text.split(/\s/)[0])
    expect(shown.sort()).toEqual(WITH_IT)
    // the agent in it is called down too, and kept quiet
    await group('quiet')
      .getByRole('article', { name: /^git-inside is down/ })
      .waitFor(WAIT)
    expect(await group('loud').getByRole('article').count()).toBe(1)
    await until('the message', () => received.length > 0, PATIENCE)
    expect(received).toHaveLength(1)
    expect(received[0]!.alerts.map(({ event, host }) => [event, host])).toEqual([['fired', 'pve3']])
    expect(namesIn(received[0]!).sort()).toEqual(WITH_IT)
    expect(watched.faults()).toEqual([])
  },
  STORY_MS,
)

test(
  'once it is back the alert is over, kept in the history, and one message says so',
  async () => {
    const { page } = watched
    isGitUp = true
    cluster.ends('node-loss')
    await page.getByRole('heading', { name: words['firing.none'] }).waitFor(WAIT)
    await until('the end to be told', () => received.length > 1, PATIENCE)
    await until('nothing to be about to fire', async () => (await active()).length === 0, PATIENCE)
    await page.getByRole('link', { name: words['tab.history'] }).click()
    const row = page.locator('.history-row', { hasText: 'pve3' })
    await row.locator('.history-end .resolved').waitFor()
    expect(await row.count()).toBe(1)
    expect(received[1]).toMatchObject({ level: 'over', alerts: [{ event: 'resolved', host: 'pve3' }] })
    expect(watched.faults()).toEqual([])
  },
  STORY_MS,
)

test(
  'a cluster that is disconnected with what it told takes its hosts along, and not those of agents',
  async () => {
    const { page } = watched
    expect((await hub.admin.hosts()).map(({ name }) => name)).toContain('pve3')
    await page.goto(`${hub.url}/settings/proxmox`)
    await page.getByRole('button', { name: pve['proxmox.actionsFor']('home') }).click()
    await page.getByRole('menuitem', { name: pve['proxmox.remove'] }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: pve['proxmox.history.delete'] }).check()
    const remove = dialog.getByRole('button', { name: pve['proxmox.removeAll'] })
    await dialog.getByLabel(pve['proxmox.deleteConfirm']('home')).fill('hom')
    expect(await remove.isDisabled()).toBe(true)
    await dialog.getByLabel(pve['proxmox.deleteConfirm']('home')).fill('home')
    await remove.click()
    await dialog.waitFor({ state: 'detached' })
    await until(
      'its hosts to be gone',
      async () => (await hub.admin.hosts()).every(({ name }) => name === 'git-inside'),
      PATIENCE,
    )
    expect(await hub.admin.hosts()).toHaveLength(1)
    // nothing more was told in all of this
    const { deliveries } = await hub.admin.call<{ deliveries: Delivery[] }>('GET', '/api/alerts/deliveries')
    expect(deliveries.map(({ state, level }) => [state, level])).toEqual([
      ['sent', 'over'],
      ['sent', 'critical'],
    ])
    expect(received).toHaveLength(2)
    expect(watched.faults()).toEqual([])
  },
  STORY_MS,
)
