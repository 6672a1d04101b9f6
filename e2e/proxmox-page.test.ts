import { afterAll, beforeAll, expect, test } from 'bun:test'
import { DAY } from '@lumen/model/time'
import type { ClusterDetail } from '@lumen/protocol/http/proxmox/cluster'
import { systemClock } from '@lumen/std/clock'
import { startBrowser, type TestBrowser } from '@lumen/testkit/browser'
import { type RunningHub, startLumenHub } from '@lumen/testkit/lumen-process'
import { type FakeCluster, startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import type { Page } from 'playwright-core'
import { hostMessages as words } from '../packages/web/src/i18n/en-host.ts'
import { proxmoxMessages as pve } from '../packages/web/src/i18n/en-proxmox.ts'
import { proxmoxSettingsMessages as settings } from '../packages/web/src/i18n/en-proxmox-settings.ts'
import { accessible } from './accessible.ts'
import { pushFromGuest } from './guest-push.ts'

const PATIENCE = { withinMs: 90_000, everyMs: 500 }
const GUESTS = 20
const MAIL = 101

const stack = new AsyncDisposableStack()
let hub: RunningHub
let browser: TestBrowser
let cluster: FakeCluster
let agentId: number

beforeAll(async () => {
  const data = stack.use(await tempDir())
  hub = stack.use(await startLumenHub({ dataDir: data.path }))
  browser = stack.use(await startBrowser())
  const spec = sampleCluster({ now: Date.now(), release: '9.1', nodes: 3, guests: GUESTS })
  cluster = stack.use(await startFakeCluster({ clock: systemClock, spec }))
  agentId = await pushFromInside(MAIL)
  const [token] = cluster.tokens
  await hub.admin.call('POST', '/api/proxmox', {
    ...{ kind: 'pve', name: 'home', addresses: cluster.nodes.map(({ url }) => new URL(url).host) },
    ...{ token_id: token!.id, secret: token!.secret, trust: { by: 'ca', pem: cluster.caPem } },
  })
}, 120_000)
afterAll(() => stack[Symbol.asyncDispose](), 20_000)

const guestSpec = (vmid: number) => cluster.timeline.spec.guests.find((guest) => guest.vmid === vmid)!
const cookies = () => [
  {
    ...{ name: 'lumen_session', value: hub.admin.session!, domain: '127.0.0.1', path: '/' },
    ...{ expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' as const },
  },
]
const clusterOf = async () =>
  (await hub.admin.call<ClusterDetail>('GET', '/api/proxmox/1')).cluster ?? undefined

/** One frame of an agent on a machine with a guest’s network card. */
async function pushFromInside(vmid: number): Promise<number> {
  const { host, token } = await hub.admin.createHost('mail-inside')
  await pushFromGuest(hub.url, { token, mac: guestSpec(vmid).mac, virt: 'vm', seq: 1 })
  return host.id
}

test('nodes and guests are shown as the cluster has them', async () => {
  await until(
    'all guests and their agents',
    async () => {
      const known = await clusterOf()
      return known?.guests.length === GUESTS && known.guests.some(({ inside }) => inside !== null)
    },
    PATIENCE,
  )
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies(cookies())
  await page.goto(`${hub.url}/`)
  await page.getByRole('navigation').getByRole('link', { name: pve['pve.title'] }).first().click()
  const nodes = page.getByRole('table', { name: pve['pve.tab.nodes'] })
  await nodes.waitFor()
  for (const { name } of cluster.nodes) {
    await nodes.getByRole('row', { name: new RegExp(`^${name} ${pve['pve.online']}`) }).waitFor()
  }
  await page.getByRole('link', { name: pve['pve.tab.guests'], exact: true }).click()
  const guests = page.getByRole('table', { name: pve['pve.guests'] })
  await guests.waitFor()
  const spec = cluster.timeline.spec.guests
  const machines = spec.filter(({ state }) => state !== 'template')
  const shown = await guests.getByRole('row').allInnerTexts()
  expect(shown.length - 1).toBe(machines.length)
  for (const { vmid, type, name, state } of machines) {
    const row = shown.find((text) => text.includes(`${pve[`pve.kind.${type}`]} ${vmid}`))
    expect(row).toContain(name)
    expect(row).toContain(pve[`pve.state.${state === 'running' ? state : 'stopped'}`])
  }
  const templates = page.getByRole('table', { name: pve['pve.templates'] })
  expect(await templates.getByRole('row').count()).toBe(spec.length - machines.length + 1)
  await page.getByRole('searchbox', { name: pve['pve.search'] }).fill(String(MAIL))
  await page.getByText(pve['pve.shown'](1, machines.length)).waitFor()
  await guests.getByRole('link', { name: 'mail-inside' }).waitFor()
  expect(watched.faults()).toEqual([])
}, 150_000)

test('an agent inside a guest and the guest are one machine, from inside and outside', async () => {
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies(cookies())
  await page.goto(`${hub.url}/hosts/${agentId}`)
  const sides = page.getByRole('region', { name: pve['pve.sides'] })
  await sides.getByRole('columnheader', { name: pve['pve.outside'] }).waitFor({ timeout: 60_000 })
  await sides.getByRole('link', { name: `VM ${guestSpec(MAIL).name} (${MAIL})` }).waitFor()
  await until(
    'both sides of its memory',
    async () => {
      const words = await sides.getByRole('row', { name: new RegExp(`^${pve['pve.memory']}`) }).textContent()
      return (words?.match(/\d+(\.\d+)?\s*[KMGT]iB/g)?.length ?? 0) === 2
    },
    PATIENCE,
  )
  expect(watched.faults()).toEqual([])
}, 150_000)

test('a node has the history Proxmox kept from before it was connected', async () => {
  const host = (await hub.admin.hosts()).find(({ name }) => name === 'pve1')!
  const now = Date.now()
  const query = { host: host.id, metrics: 'host.cpu_pct', from: now - 25 * DAY, to: now, points: 100 }
  await until(
    'points of three weeks ago',
    async () => {
      const { t, series } = await hub.admin.query(query)
      return series[0]?.avg.some((value, i) => value !== null && t[i]! < now - 20 * DAY)
    },
    PATIENCE,
  )
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies(cookies())
  await page.goto(`${hub.url}/hosts/${host.id}?range=1y`)
  const chart = page.locator('#cpu').getByRole('figure').first()
  await chart
    .getByText(/^\d+(\.\d+)?\s*%$/)
    .first()
    .waitFor()
  expect(watched.faults()).toEqual([])
}, 150_000)

test('every part of the page is accessible in dark and light, on desktop and phone', async () => {
  for (const tab of ['nodes', 'guests', 'storage', 'backups', 'activity'] as const) {
    await accessible({
      ...{ browser, url: hub.url, cookies: cookies(), path: `/proxmox?tab=${tab}` },
      isShown: (opened) => opened.getByRole('table').first().waitFor(),
    })
  }
  const body = { host_id: agentId, connection_id: 1, vmid: MAIL + 1, decision: 'refused' }
  await hub.admin.call('PUT', '/api/machine-links', body)
  await accessible({
    ...{ browser, url: hub.url, cookies: cookies(), path: '/proxmox' },
    isShown: async (opened) => {
      await opened.getByText(pve['pve.refusedLinks'](1)).click()
      await opened.getByRole('button', { name: pve['pve.proposeAgain'] }).waitFor()
    },
  })
  await accessible({
    ...{ browser, url: hub.url, cookies: cookies(), path: '/settings/proxmox' },
    isShown: async (opened) => {
      await openRemoval(opened)
      await opened.getByRole('radio', { name: settings['proxmox.history.delete'] }).click()
      await opened.getByLabel(settings['proxmox.deleteConfirm']('home')).waitFor()
    },
  })
}, 180_000)

test('by keyboard the menu opens the dialog that disconnects, disconnects nothing, and has the focus back', async () => {
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies(cookies())
  await page.goto(`${hub.url}/settings/proxmox`)
  const dialog = await openRemoval(page)
  // Enter chose the menu's item and now is on the first choice: neither decides.
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: settings['proxmox.remove'], exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.locator('button:focus[aria-haspopup]').waitFor()
  const { connections } = await hub.admin.call<{ connections: { name: string }[] }>('GET', '/api/proxmox')
  expect(connections.map(({ name }) => name)).toEqual(['home'])
  expect(watched.faults()).toEqual([])
}, 150_000)

async function openRemoval(opened: Page) {
  await opened.getByRole('button', { name: settings['proxmox.actionsFor']('home') }).press('Enter')
  await opened.getByRole('menuitem', { name: settings['proxmox.remove'] }).press('Enter')
  const dialog = opened.getByRole('dialog', { name: settings['proxmox.removeTitle']('home') })
  await dialog.getByRole('radio').first().waitFor()
  return dialog
}

test('a node’s page shows what went through it, and says nothing untrue of its kernel', async () => {
  const host = (await hub.admin.hosts()).find(({ name }) => name === 'pve1')!
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies(cookies())
  await page.goto(`${hub.url}/hosts/${host.id}`)
  const figure = page.locator('#network').getByRole('figure')
  await figure
    .getByText(/^\d+(\.\d+)?\s*[kMG]?B\/s$/)
    .first()
    .waitFor()
  expect(await page.getByText(words['section.noPressure']).count()).toBe(0)
  expect(watched.faults()).toEqual([])
}, 150_000)

test('a cluster’s page shows the processors and memory of its nodes together, above its guests', async () => {
  const host = (await hub.admin.hosts()).find(({ kind }) => kind === 'proxmox-cluster')!
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies(cookies())
  await page.goto(`${hub.url}/hosts/${host.id}`)
  const number = (section: string, text: RegExp) =>
    page.locator(section).getByRole('figure').first().getByText(text).first().waitFor()
  await number('#cpu', /^\d+(\.\d+)?\s*%$/)
  await number('#memory', /^\d+(\.\d+)?\s*[GT]iB$/)
  await page.locator('#memory ~ #guests').waitFor()
  expect(await page.locator('#load').count()).toBe(0)
  expect(watched.faults()).toEqual([])
}, 150_000)

test('a node that is lost is shown as such', async () => {
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies(cookies())
  await page.goto(`${hub.url}/proxmox`)
  const nodes = page.getByRole('table', { name: pve['pve.tab.nodes'] })
  await nodes.getByRole('row', { name: /^pve3/ }).waitFor()
  cluster.happens({ kind: 'node-loss', node: 'pve3' })
  await nodes
    .getByRole('row', { name: new RegExp(`^pve3 ${pve['pve.offline']}`) })
    .waitFor({ timeout: 90_000 })
  await page.getByText(pve['pve.nodesOnline'](2, 3)).waitFor()
  expect(watched.faults()).toEqual([])
  expect([cluster.ledger.violations, cluster.ledger.ownFaults]).toEqual([[], []])
}, 150_000)
