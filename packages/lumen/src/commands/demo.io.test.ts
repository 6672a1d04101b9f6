import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { DAY, HOUR } from '@lumen/model/time'
import type { ClusterDetail } from '@lumen/protocol/http/proxmox/cluster'
import { startLumen } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'

test('a fleet and a cluster that do not exist are there with their history, live, and go without a trace', async () => {
  await using dir = await tempDir()
  const startedAt = Date.now()
  const child = startLumen(['demo', '--hosts', '3', '--days', '2', '--listen', '127.0.0.1:0'], {
    env: { TMPDIR: dir.path },
  })
  await using _ended = child
  const said = await until(
    'the password',
    () => /at (\S+)\nUser (\S+), password (\S+)\. /.exec(child.stdout()),
    { withinMs: 60_000 },
  )
  const [, url, username, password] = said
  const login = await fetch(`${url}/api/login`, {
    method: 'POST',
    body: JSON.stringify({ username, password }),
  })
  expect(login.status).toBe(200)
  const headers = { cookie: login.headers.get('set-cookie')!.split(';')[0]! }
  const get = async (path: string) => (await fetch(url + path, { headers })).json()
  await until(
    'every host to be live',
    async () => {
      const { hosts } = (await get('/api/hosts')) as {
        hosts: { kind: string; state: string; now: unknown }[]
      }
      const members = hosts.filter(({ kind }) => kind === 'agent')
      return members.length === 3 && members.every(({ state, now }) => state === 'up' && now !== null)
    },
    { withinMs: 30_000 },
  )
  await until(
    'the guests of its cluster',
    async () => {
      const { cluster } = (await get('/api/proxmox/1')) as ClusterDetail
      return cluster?.nodes.length === 3 && cluster.guests.length === 12
    },
    { withinMs: 60_000 },
  )
  // Up to when it was made: starting a hub takes what it takes.
  const [from, to] = [startedAt - 2 * DAY + HOUR, startedAt - HOUR]
  const answer = (await get(`/api/query?host=nas&metrics=host.cpu_pct&from=${from}&to=${to}&points=100`)) as {
    series: { avg: (number | null)[] }[]
    gaps: unknown[]
  }
  expect(answer.series[0]!.avg.filter((value) => value === null)).toEqual([])
  expect(answer.gaps).toEqual([])
  child.signal('SIGINT')
  expect(await child.exited).toBe(0)
  expect(readdirSync(dir.path)).toEqual([])
}, 120_000)
