import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock } from '@lumen/std/clock'
import { startBrowser, type TestBrowser } from '@lumen/testkit/browser'
import { type RunningHub, startLumenHub } from '@lumen/testkit/lumen-process'
import { AUDITOR, auditorToken } from '@lumen/testkit/proxmox/access'
import { type FakeCluster, startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { Page } from 'playwright-core'
import { proxmoxSettingsMessages as px } from '../packages/web/src/i18n/en-proxmox-settings.ts'
import { accessible } from './accessible.ts'

const stack = new AsyncDisposableStack()
let hub: RunningHub
let browser: TestBrowser
let cluster: FakeCluster
/** What the token may do: an admin gave it too little at first. */
const ALL = { path: '/', privileges: AUDITOR[9] }
const grants: (typeof ALL)[] = [
  { ...ALL, privileges: ALL.privileges.filter((privilege) => privilege !== 'Datastore.Audit') },
]
beforeAll(async () => {
  const data = stack.use(await tempDir())
  hub = stack.use(await startLumenHub({ dataDir: data.path }))
  browser = stack.use(await startBrowser())
  const spec = sampleCluster({ now: Date.now(), release: '9.1', nodes: 3, guests: 40 })
  const tokens = [{ ...auditorToken(9), grants }]
  cluster = stack.use(await startFakeCluster({ clock: systemClock, spec, tokens }))
}, 120_000)
afterAll(() => stack[Symbol.asyncDispose](), 20_000)

const cookie = () => ({ name: 'lumen_session', value: hub.admin.session!, url: hub.url })
let cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>

test('a cluster is connected in the browser: its certificate compared, each missing right named and mended', async () => {
  await using watched = await browser.open()
  const { page } = watched
  await page.context().addCookies([cookie()])
  cookies = await page.context().cookies()
  await page.goto(`${hub.url}/settings/proxmox`)
  await page.getByText(px['proxmox.none']).waitFor()
  await page.getByRole('button', { name: px['proxmox.connect'] }).click()

  const dialog = page.getByRole('dialog')
  const [node] = cluster.nodes
  const [token] = cluster.tokens
  await dialog.getByLabel(px['proxmox.name']).fill('home')
  await dialog.getByLabel(px['proxmox.addresses']).fill(node!.url)
  await dialog.getByLabel(px['proxmox.tokenId'], { exact: true }).fill(token!.id)
  await dialog.getByLabel(px['proxmox.secret'], { exact: true }).fill(token!.secret)
  await dialog.getByRole('button', { name: px['proxmox.look'] }).click()
  await dialog.getByText(node!.certificate.fingerprint).waitFor()
  const before = cluster.ledger.requests.length
  expect(before).toBe(0)
  await dialog.getByRole('checkbox', { name: px['proxmox.isMine'](new URL(node!.url).host) }).check()
  await dialog.getByRole('button', { name: px['proxmox.test'], exact: true }).click()
  const missing = dialog.getByText(px['proxmox.missingOn']('Datastore.Audit', '/storage'))
  await missing.waitFor()
  await dialog.getByText(new RegExp(px['proxmox.nodes'](3))).waitFor()

  grants[0] = ALL
  await dialog.getByRole('button', { name: px['proxmox.test'], exact: true }).click()
  await missing.waitFor({ state: 'detached' })
  await dialog.getByRole('button', { name: px['proxmox.connect'], exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const card = page.getByRole('article', { name: 'home' })
  await card.getByText(px['proxmox.state.up']).waitFor()
  expect(watched.faults()).toEqual([])
  expect([cluster.ledger.violations, cluster.ledger.ownFaults]).toEqual([[], []])
}, 120_000)

test('the page of connections is accessible in dark and light, on desktop and phone', async () => {
  await accessible({
    ...{ browser, url: hub.url, cookies, path: '/settings/proxmox' },
    isShown: (opened) => opened.getByRole('article', { name: 'home' }).waitFor(),
  })
  await accessible({
    ...{ browser, url: hub.url, cookies, path: '/settings/proxmox?add=1' },
    isShown: (opened) =>
      opened.getByRole('dialog').getByLabel(px['proxmox.secret'], { exact: true }).waitFor(),
  })
}, 120_000)
