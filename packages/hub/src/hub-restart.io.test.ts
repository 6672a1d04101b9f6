import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@lumen/std/log'
import { startHub } from './hub.ts'
import { frameOf, PASSWORD, pushOf, SETUP_CODE } from './testing/test-hub.ts'

test('after a clean stop the next hub has the admin, the host, its token, its facts and its history', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'lumen-hub-'))
  const config = { dataDir, host: '127.0.0.1', port: 0, setupCode: SETUP_CODE }
  const now = Date.now()
  try {
    const first = await startHub(config, { log: silentLog })
    const setup = await fetch(`${first.url}/api/setup`, {
      method: 'POST',
      body: JSON.stringify({ code: SETUP_CODE, username: 'admin', password: PASSWORD }),
    })
    const cookie = setup.headers.get('set-cookie')!.split(';')[0]!
    const { id, token } = await first.registerHost('nas')
    const push = await fetch(`${first.url}/api/agent/push`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(pushOf([frameOf(1, now)], { facts: { os: 'Debian 12' } })),
    })
    expect(push.status).toBe(200)
    await first[Symbol.asyncDispose]()

    await using second = await startHub(config, { log: silentLog })
    expect(second.epoch).not.toBe(first.epoch)
    expect(second.setupCode).toBeNull()
    const hosts = await fetch(`${second.url}/api/hosts`, { headers: { cookie } })
    const list = (await hosts.json()) as { hosts: { reason: string }[] }
    expect(list.hosts).toMatchObject([{ id, name: 'nas', state: 'up', facts: { os: 'Debian 12' } }])
    expect(list.hosts[0]?.reason).toContain('hub restarted')
    const again = await fetch(`${second.url}/api/agent/push`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(pushOf([frameOf(1, now), frameOf(2, now + 1)])),
    })
    expect(await again.json()).toMatchObject({ accepted: 1, duplicate: 1, durable: [[1, 1]] })
    const range = `from=${now - 60_000}&to=${now + 60_000}`
    const history = await fetch(`${second.url}/api/query?host=${id}&metrics=host.cpu_pct&${range}`, {
      headers: { cookie },
    })
    const { series } = (await history.json()) as { series: { avg: (number | null)[] }[] }
    expect(series[0]?.avg.filter((value) => value !== null)).toContain(12.5)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
