import { expect } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SECOND } from '@lumen/model/time'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import { HubClient } from '@lumen/testkit/hub-client'
import { SETUP_CODE, startLumen, startLumenAgent } from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { NET_MACHINE_NEEDS, startNetMachine } from './net-machine.ts'
import { storedHistory } from './stored-history.ts'

testNeeding(NET_MACHINE_NEEDS)(
  'a cable that is out, with the agent killed meanwhile, leaves a whole history but for the moment of the kill',
  async () => {
    await using data = await tempDir('lumen-outage-')
    using machine = startNetMachine()
    const dataDir = join(data.path, 'hub')
    const spool = join(data.path, 'spool')
    const listen = ['--listen', `${machine.hubAddress}:0`]
    await using hub = startLumen(['hub', '--data', dataDir, '--setup-code', SETUP_CODE, ...listen])
    const [url] = await hub.printed(/http:\/\/198[.\d]+:\d+/)
    const admin = new HubClient(url)
    await admin.setup(SETUP_CODE)
    await admin.call('PUT', '/api/settings', { interval_ms: SECOND })
    const { host, token } = await admin.createHost('far')
    const start = () =>
      startLumenAgent(url, token, {
        args: ['--interval', '1s', '--spool', spool],
        wrapper: machine.inside,
      })
    const isUp = async (since: number) => ((await admin.hosts())[0]?.now?.ts ?? 0) > since

    await using first = start()
    await until('frames', () => isUp(0), { withinMs: 60 * SECOND })
    const cutAt = Date.now()
    machine.cable('down')
    const segments = () =>
      (existsSync(spool) ? readdirSync(spool) : []).filter((name) => name.endsWith('.spool'))
    await until('frames on disk', () => segments().length > 0, { withinMs: 60 * SECOND })
    await Bun.sleep(2 * SECOND)
    const killedAt = Date.now()
    first.signal('SIGKILL')
    await first.exited
    await using second = start()
    await second.printed(/agent started/)
    const restartedAt = Date.now()
    await Bun.sleep(2 * SECOND)
    const mendedAt = Date.now()
    machine.cable('up')
    await until('frames again', () => isUp(mendedAt), { withinMs: 60 * SECOND })

    const gaps = () =>
      admin
        .query({ host: host.id, metrics: 'host.uptime_s', from: cutAt - SECOND, to: mendedAt, points: 100 })
        .then((answer) => answer.gaps)
    await until(
      'the backlog',
      async () => (await gaps()).every(({ from }) => from > killedAt - 15 * SECOND),
      {
        withinMs: 60 * SECOND,
      },
    )
    for (const gap of await gaps()) {
      expect(gap.to).toBeLessThan(restartedAt + 5 * SECOND)
      expect(gap.cause).toBe('agent was killed or crashed')
    }
    const { events } = await admin.call<{ events: AgentEvent[] }>('GET', `/api/hosts/${host.id}/events`)
    const outages = events.filter(({ type }) => type === 'outage')
    expect(outages.length).toBeGreaterThan(0)
    for (const { detail } of outages) expect(typeof detail.reason).toBe('string')

    await second.stop()
    expect(await hub.stop()).toBe(0)
    const { minutes, durableFrames } = storedHistory(dataDir, new Map())
    const counted = minutes
      .filter(({ field }) => field === 'uptime_s')
      .reduce((sum, { count }) => sum + count, 0)
    expect(counted).toBe(durableFrames)
  },
  300 * SECOND,
)
