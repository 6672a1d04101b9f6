import { dirname, join } from 'node:path'
import { type Child, type ChildOptions, startChild } from './child.ts'
import { HubClient } from './hub-client.ts'

/** The checkout the test kit is part of. */
export const CHECKOUT = dirname(dirname(dirname(import.meta.dir)))
/** The command line of `lumen` run from source. */
export const LUMEN = [
  process.execPath,
  '--no-env-file',
  join(CHECKOUT, 'packages/lumen/src/main.ts'),
] as const
export const SETUP_CODE = 'test-kit-setup-code'

/** Runs the `lumen` command. Settings of the machine's own Lumen do not reach it. `wrapper` is put in front, as
 * in `['faketime', '-f', '+6h']`. */
export function startLumen(
  args: readonly string[],
  options: ChildOptions & { wrapper?: readonly string[] } = {},
): Child {
  const { wrapper = [], env, ...rest } = options
  const inherited = Object.keys(process.env).filter((name) => name.startsWith('LUMEN_'))
  const cleared = Object.fromEntries(inherited.map((name): [string, undefined] => [name, undefined]))
  return startChild([...wrapper, ...LUMEN, ...args], { ...rest, env: { ...cleared, ...env } })
}

export interface RunningHub extends AsyncDisposable {
  child: Child
  url: string
  /** Logged in as the first admin. */
  admin: HubClient
}

/** `lumen hub` on a free port (or `port`), with the first admin made or logged in, pushing every `intervalMs`. */
export async function startLumenHub(options: {
  dataDir: string
  port?: number
  intervalMs?: number
  /** Further flags. */
  args?: readonly string[]
}): Promise<RunningHub> {
  const listen = `127.0.0.1:${options.port ?? 0}`
  const child = startLumen([
    'hub',
    '--data',
    options.dataDir,
    '--listen',
    listen,
    '--setup-code',
    SETUP_CODE,
    ...(options.args ?? []),
  ])
  try {
    const [url] = await child.printed(/http:\/\/127\.0\.0\.1:\d+/)
    const admin = new HubClient(url)
    const { needed } = await admin.call<{ needed: boolean }>('GET', '/api/setup')
    await (needed ? admin.setup(SETUP_CODE) : admin.login())
    if (options.intervalMs !== undefined) {
      await admin.call('PUT', '/api/settings', { interval_ms: options.intervalMs })
    }
    return { child, url, admin, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
  } catch (error) {
    await child.stop()
    throw error
  }
}

/** `lumen agent` for a host of `hub`, its token in the environment as a service manager would pass it, and the
 * runtime's compiler off as services have it. Without a spool, unless `args` name one: agents of a test must not find
 * each other's frames. */
export function startLumenAgent(
  hubUrl: string,
  token: string,
  options: ChildOptions & { wrapper?: readonly string[]; args?: readonly string[] } = {},
): Child {
  const { args = [], env, ...rest } = options
  const spool = args.includes('--spool') ? {} : { LUMEN_SPOOL_MAX: '0' }
  const given = { LUMEN_TOKEN: token, BUN_JSC_useJIT: '0', ...spool, ...env }
  return startLumen(['agent', '--hub', hubUrl, ...args], { ...rest, env: given })
}
