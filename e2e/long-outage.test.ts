import { expect } from 'bun:test'
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MINUTE, SECOND } from '@lumen/model/time'
import type { Ack } from '@lumen/protocol/agent/ack'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import { PUSH_PATH } from '@lumen/protocol/agent/limits'
import { HubClient } from '@lumen/testkit/hub-client'
import { CHECKOUT, SETUP_CODE, startLumen, startLumenAgent } from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { NET_MACHINE_NEEDS, startNetMachine } from './net-machine.ts'
import { storedHistory } from './stored-history.ts'

const SPEED = 30

/** All times of hub and agent are theirs: half a minute of ours is a quarter of an hour. Without the command `faketime`
 * in front, which would be what a signal ends. */
function fastClocks(): Record<string, string> {
  const { stdout } = Bun.spawnSync(['faketime', '-f', '+0', 'env'])
  return {
    LD_PRELOAD: /^LD_PRELOAD=(.+)$/m.exec(stdout.toString())![1]!,
    FAKETIME: `+0 x${SPEED}`,
    BUN_OPTIONS: `--preload=${join(CHECKOUT, 'e2e/awake.ts')}`,
  }
}

/** So far apart that a machine busy for seconds skips none. */
const INTERVAL_MS = MINUTE
const OUTAGE_MS = 20 * MINUTE
const DEAD_MS = 4 * MINUTE
/** Of ours. */
const WITHIN = { withinMs: 60 * SECOND, everyMs: 20 }

const NEEDS = { ...NET_MACHINE_NEEDS, programs: { ...NET_MACHINE_NEEDS.programs, faketime: 'faketime' } }

testNeeding(NEEDS)(
  'a cable that is out for twenty minutes of fast clocks, the agent killed meanwhile, costs what was not written yet',
  async () => {
    await using data = await tempDir('lumen-long-outage-')
    using machine = startNetMachine()
    const env = fastClocks()
    const [dataDir, spool, proc] = ['hub', 'spool', 'proc'].map((name) => join(data.path, name))
    // Its uptime would tell of the kernel's time.
    cpSync(join(CHECKOUT, 'fixtures/mini-pc-debian12/proc'), proc!, {
      recursive: true,
      verbatimSymlinks: true,
    })
    rmSync(join(proc!, 'uptime'))
    const args = [
      'hub',
      '--data',
      dataDir!,
      '--setup-code',
      SETUP_CODE,
      '--listen',
      `${machine.hubAddress}:0`,
    ]
    await using hub = startLumen(args, { env })
    const [url] = await hub.printed(/http:\/\/198[.\d]+:\d+/)
    const admin = new HubClient(url)
    await admin.setup(SETUP_CODE)
    await admin.call('PUT', '/api/settings', { interval_ms: INTERVAL_MS })
    const { host, token } = await admin.createHost('far')
    const hubTime = await clockOf(admin)
    const passed = (moment: number) => until('time to pass', async () => (await hubTime()) >= moment, WITHIN)
    const start = () =>
      startLumenAgent(url, token, {
        args: ['--interval', '60s', '--spool', spool!, '--proc', proc!],
        ...{ wrapper: machine.inside, env },
      })
    const newest = async () => (await admin.hosts()).find(({ id }) => id === host.id)?.now?.ts ?? 0

    await using first = start()
    const firstFrame = await until('frames', async () => (await newest()) || null, WITHIN)
    await until('another', async () => (await newest()) > firstFrame, WITHIN)
    machine.cable('down')
    const cutAt = await hubTime()
    await passed(cutAt + OUTAGE_MS / 2)
    const size = spoolBytes(spool!)
    await until('more of the spool', () => spoolBytes(spool!) > size, { ...WITHIN, everyMs: 2 })
    first.signal('SIGKILL')
    const killedAt = await hubTime()
    await first.exited
    await passed(killedAt + DEAD_MS)
    await using second = start()
    await second.printed(/agent started/)
    const startedAt = await hubTime()
    await passed(cutAt + OUTAGE_MS)
    const mendedAt = await hubTime()
    machine.cable('up')
    await until('frames again', async () => (await newest()) > mendedAt, WITHIN)

    const query = { host: host.id, metrics: 'host.mem_used_bytes', from: firstFrame, to: mendedAt }
    const gaps = async () => (await admin.query({ ...query, points: 2_000 })).gaps
    await until('the backlog', async () => (await gaps()).length === 1, WITHIN)
    const [gap] = await gaps()
    expect(gap!.cause).toBe('agent was killed or crashed')
    // Gaps are known by the minute here.
    expect(gap!.from).toBeGreaterThanOrEqual(killedAt - 15 * SECOND - MINUTE)
    expect(gap!.to).toBeLessThanOrEqual(startedAt + INTERVAL_MS)
    const { events } = await admin.call<{ events: AgentEvent[] }>('GET', `/api/hosts/${host.id}/events`)
    const outages = events.filter(({ type }) => type === 'outage')
    expect(outages.length).toBeGreaterThan(0)
    for (const { detail } of outages) expect(typeof detail.reason).toBe('string')
    expect(events.filter(({ type }) => type === 'drop')).toEqual([])

    await second.stop()
    // By its fast clock it soon takes a stop for stuck; what is on the disk by then is looked at.
    await hub.stop()
    const { minutes, durableFrames } = storedHistory(dataDir!, new Map())
    const counts = minutes.filter(({ field }) => field === 'mem_used_bytes').map(({ count }) => count)
    const counted = counts.reduce((sum, count) => sum + count, 0)
    expect(counted).toBe(durableFrames)
    const alive = mendedAt - firstFrame - (startedAt - killedAt)
    expect(counted).toBeGreaterThanOrEqual(Math.floor((alive - 15 * SECOND) / INTERVAL_MS) - 2)
  },
  170 * SECOND,
)

/** The hub's own clock, from its answer to a push that brings nothing. */
async function clockOf(admin: HubClient): Promise<() => Promise<number>> {
  const { token } = await admin.createHost('clock')
  const agent = { version: '0.1.0', stream: 'clock', sent_at: 0 }
  const body = JSON.stringify({ protocol: 1, agent, frames: [] })
  const headers = { authorization: `Bearer ${token}` }
  return async () => {
    const response = await fetch(admin.url + PUSH_PATH, { method: 'POST', headers, body })
    return ((await response.json()) as Ack).time
  }
}

function spoolBytes(dir: string): number {
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.spool')) : []
  return names.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
}
