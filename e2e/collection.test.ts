import { expect, test } from 'bun:test'
import { startBrowser } from '@lumen/testkit/browser'
import { startLumenAgent, startLumenHub } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { en as shellMessages } from '../packages/web/src/i18n/en.ts'
import { collectionMessages } from '../packages/web/src/i18n/en-collection.ts'
import { accessible } from './accessible.ts'

const en = { ...shellMessages, ...collectionMessages }
const MINUTE_MS = 60_000

test(
  'a collector is switched off for the fleet and on again for one host, never where its owner forbade it',
  async () => {
    await using stack = new AsyncDisposableStack()
    const data = stack.use(await tempDir())
    const hub = stack.use(await startLumenHub({ dataDir: data.path, intervalMs: 1_000 }))
    const { host, token } = await hub.admin.createHost('nas')
    stack.use(startLumenAgent(hub.url, token, { args: ['--gpu', 'off', '--docker', 'off'] }))
    const stateOf = async (name: string) => (await hub.admin.hosts())[0]?.facts?.collectors?.[name]
    const reaches = (state: string) =>
      until(`processes are ${state}`, async () => (await stateOf('processes')) === state, {
        withinMs: 30_000,
      })
    await reaches('on')

    const browser = stack.use(await startBrowser())
    const { page, faults } = stack.use(await browser.open())
    const session = { name: 'lumen_session', value: hub.admin.session!, url: hub.url }
    await page.context().addCookies([session])
    await page.goto(`${hub.url}/settings/collection`)
    await page.getByLabel(en['collector.processes']).uncheck()
    await reaches('off')

    await page.goto(`${hub.url}/hosts/${host.id}`)
    await page.getByRole('button', { name: en['hostCollection.open'] }).click()
    const row = (name: 'processes' | 'gpu') =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: en[`collector.${name}`] }) })
    const cells = (name: 'processes' | 'gpu') => row(name).getByRole('cell').allInnerTexts()
    const { 'hostCollection.yes': yes, 'hostCollection.no': no } = en
    const { 'hostCollection.auto': on, 'hostCollection.off': off } = en
    await row('gpu').waitFor()
    expect((await cells('processes')).slice(1)).toEqual([yes, off])
    expect((await cells('gpu')).slice(1)).toEqual([no, off])
    await row('processes').getByRole('combobox').selectOption('auto')
    await row('gpu').getByRole('combobox').selectOption('auto')
    await reaches('on')
    await row('processes').getByText(on, { exact: true }).nth(1).waitFor()
    expect(await stateOf('gpu')).toBe('forbidden')
    await page.getByLabel(en['collection.interval'], { exact: true }).selectOption('2000')
    await until('the agent follows', async () => (await hub.admin.hosts())[0]?.interval_ms === 2_000, {
      withinMs: 30_000,
    })
    expect(faults()).toEqual([])

    const cookies = await page.context().cookies()
    await accessible({
      ...{ browser, url: hub.url, cookies, path: '/settings/collection' },
      isShown: (opened) => opened.getByLabel(en['collector.sensors']).waitFor(),
    })
    await accessible({
      ...{ browser, url: hub.url, cookies, path: `/hosts/${host.id}` },
      isShown: async (opened) => {
        await opened.getByRole('button', { name: en['hostCollection.open'] }).click()
        await opened.getByRole('rowheader', { name: en['collector.gpu'] }).waitFor()
      },
    })
  },
  6 * MINUTE_MS,
)
