import { join } from 'node:path'
import { type Child, startChild } from '@lumen/testkit/child'
import { HubClient } from '@lumen/testkit/hub-client'
import { LUMEN, SETUP_CODE } from '@lumen/testkit/lumen-process'

export interface ShiftedHub extends AsyncDisposable {
  child: Child
  url: string
}

/** `lumen hub` from source on a free port, its clock starting at `now`. Resolves when it has printed its URL. */
export async function startShiftedHub(dataDir: string, now: number): Promise<ShiftedHub> {
  const child = startShifted(now, [
    ...[LUMEN[2], 'hub', '--data', dataDir, '--listen', '127.0.0.1:0', '--setup-code', SETUP_CODE],
    ...['--metrics-allow', '127.0.0.1/32'],
  ])
  const [url] = await child.printed(/http:\/\/127\.0\.0\.1:\d+/)
  return { child, url, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

/** A TypeScript program with its arguments under a clock that starts at `now`. */
export function startShifted(now: number, command: readonly string[]): Child {
  const preload = join(import.meta.dir, 'shifted-clock.ts')
  return startChild([process.execPath, '--no-env-file', '--preload', preload, ...command], {
    env: { BENCH_CLOCK_OFFSET_MS: String(now - Date.now()) },
  })
}

/** The first admin of a hub, made or logged in. */
export async function adminOf(url: string): Promise<HubClient> {
  const admin = new HubClient(url)
  const { needed } = await admin.call<{ needed: boolean }>('GET', '/api/setup')
  await (needed ? admin.setup(SETUP_CODE) : admin.login())
  return admin
}
