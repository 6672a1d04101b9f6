import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@lumen/std/clock'
import { type Log, silentLog } from '@lumen/std/log'
import type { HubConfig } from '../config/hub-config.ts'
import { type Hub, type HubDeps, startHub } from '../hub.ts'
import { MemoryTsdb } from './memory-tsdb.ts'

export const SETUP_CODE = 'TEST-CODE-FOR-SETUP'
export const PASSWORD = 'correct horse battery'

export interface TestHub extends AsyncDisposable {
  hub: Hub
  tsdb: MemoryTsdb
  dataDir: string
  /** A request with the admin's cookie once `logIn` was called. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** Makes the first admin and keeps the cookie for `call`. */
  logIn(): Promise<void>
  cookie: string
  addHost(name: string): Promise<{ id: number; token: string }>
  push(token: string, body: unknown): Promise<Response>
}

/** A real hub on a free port of 127.0.0.1 over a store in memory, its folder removed at the end. */
export async function startTestHub(
  options: {
    config?: Partial<HubConfig>
    deps?: Partial<HubDeps>
    clock?: Clock
    log?: Log
    tsdb?: MemoryTsdb
    dataDir?: string
  } = {},
): Promise<TestHub> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'lumen-hub-'))
  const clock = options.clock ?? systemClock
  const tsdb = options.tsdb ?? new MemoryTsdb(clock)
  const hub = await startHub(
    { dataDir, host: '127.0.0.1', port: 0, setupCode: SETUP_CODE, ...options.config },
    { clock, log: options.log ?? silentLog, openTsdb: async () => tsdb, ...options.deps },
  )
  const test: TestHub = {
    hub,
    tsdb,
    dataDir,
    cookie: '',
    call(method, path, body, headers = {}) {
      const init: RequestInit = { method, headers: { cookie: test.cookie, ...headers } }
      if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
      return fetch(hub.url + path, init)
    },
    async logIn() {
      const answer = await test.call('POST', '/api/setup', {
        code: SETUP_CODE,
        username: 'admin',
        password: PASSWORD,
      })
      if (answer.status !== 200) throw new Error(`setup answered ${answer.status}: ${await answer.text()}`)
      test.cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    },
    async addHost(name) {
      const answer = await test.call('POST', '/api/hosts', { name })
      const { host, token } = (await answer.json()) as { host: { id: number }; token: string }
      return { id: host.id, token }
    },
    push(token, body) {
      return fetch(`${hub.url}/api/agent/push`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    },
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return test
}

/** What the hub says is wrong with itself. */
export async function troublesOf(t: TestHub): Promise<unknown[]> {
  const answer = await t.call('GET', '/api/troubles')
  return ((await answer.json()) as { troubles: unknown[] }).troubles
}

/** A push of these frames as an agent writes it. */
export function pushOf(
  frames: readonly unknown[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    protocol: 1,
    agent: { version: '0.1.0', stream: 'stream-1', boot: 'boot-1', sent_at: Date.now() },
    frames,
    ...more,
  }
}

export function frameOf(seq: number, ts: number, host: Record<string, unknown> = { cpu_pct: 12.5 }) {
  return { seq, ts, interval_ms: 5_000, host }
}
