import { expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@lumen/std/clock'
import { silentLog } from '@lumen/std/log'
import { FakeHub } from '../push/fake-hub.ts'
import { HttpPush } from '../push/http-push.ts'
import { Uplink } from '../push/uplink.ts'
import { upTo } from './spool-world.ts'
import { Spooler } from './spooler.ts'

const problem = (status: number, headers: Record<string, string> = {}) =>
  Response.json({ type: 'about:blank', title: 'no', status, detail: 'no', code: 'no' }, { status, headers })

const answers: [string, () => Response | Promise<Response>][] = [
  ['500', () => problem(500)],
  ['503 and a time to wait', () => problem(503, { 'retry-after': '1' })],
  ['429', () => problem(429)],
  ['401', () => problem(401)],
  ['400 to everything', () => new Response('plain HTTP sent to HTTPS port', { status: 400 })],
  ['HTML', () => new Response('<html>captive portal</html>', { headers: { 'content-type': 'text/html' } })],
  ['a redirect', () => Response.redirect('http://127.0.0.1:9/', 302)],
  ['half an ack', () => new Response('{"accepted":1,"dupl')],
  ['nothing at all', () => new Promise<Response>(() => {})],
]

test.each(answers)(
  'what a hub that answers %s did not take is on disk, and there for the next run',
  async (_, answer) => {
    const folder = mkdtempSync(join(tmpdir(), 'lumen-spool-'))
    const dir = join(folder, 'spool')
    const hub = new FakeHub()
    hub.listen()
    const start = () => {
      const uplink = new Uplink({
        ...{
          hubUrl: hub.url,
          token: 't',
          clock: systemClock,
          log: silentLog,
          agentVersion: '0',
          random: () => 0,
        },
        transport: new HttpPush({ hubUrl: hub.url, token: 't', timeoutMs: 50 }),
        spool: { dir, maxBytes: 1024 * 1024, code: Spooler },
      })
      uplink.start()
      return uplink
    }
    const first = start()
    await first.pushNow()
    hub.misbehave = answer
    for (const n of upTo(30)) first.record({ host: { load1: n } }, 1_000)
    for (let i = 0; i < 4; i += 1) await first.pushNow()
    expect(first.status().contact).toBe('failing')
    first.spoolNow()
    first.kill()
    hub.misbehave = undefined
    const second = start()
    await second.pushNow()
    await second.pushNow()
    expect(hub.everything().map(({ host }) => host?.load1)).toEqual(upTo(30))
    hub.flush()
    second.record({ host: { load1: 31 } }, 1_000)
    await second.pushNow()
    expect(readdirSync(dir)).toEqual([])
    second.kill()
    hub.close()
    rmSync(folder, { recursive: true })
  },
)
