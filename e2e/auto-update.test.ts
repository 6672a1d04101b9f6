import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { executableName } from '@lumen/lumen/platform'
import { SECOND } from '@lumen/model/time'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import { startSupervised } from '@lumen/testkit/supervised'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { buildFullAgentFile } from '../tools/agent-file/build.ts'
import { buildExecutable, ownTarget } from '../tools/build-executable.ts'
import { anotherVersion, deadBuild, offer, updatesOf } from './update-world.ts'

const NODE = Bun.which('node')!
const NEWER = '0.2.0'
const NEWEST = '0.3.0'

let dir: TempDir
let script: string
let executable: string
beforeAll(async () => {
  dir = await tempDir('lumen-update-')
  script = (await buildFullAgentFile(join(dir.path, 'installed'))).path
  executable = (await buildExecutable(ownTarget(), join(dir.path, 'installed'))).path
}, 120_000)
afterAll(() => dir[Symbol.asyncDispose]())

async function world(name: string) {
  const folder = join(dir.path, name)
  const [builds, spool] = [join(folder, 'builds'), join(folder, 'spool')]
  mkdirSync(builds, { recursive: true })
  const hub = await startLumenHub({
    ...{ dataDir: join(folder, 'hub'), intervalMs: SECOND, args: ['--downloads', builds] },
  })
  const { host, token } = await hub.admin.createHost(name)
  const summary = async () => (await hub.admin.hosts()).find(({ id }) => id === host.id)
  return {
    ...{ hub, host, builds, spool, summary },
    updates: () => updatesOf(hub.admin, host.id),
    startAgent: (command: readonly string[], ...args: string[]) =>
      startSupervised([...command, '--hub', hub.url, '--spool', spool, ...args], {
        // Without the runtime's compiler, as services start it.
        env: { LUMEN_TOKEN: token, BUN_JSC_useJIT: '0' },
      }),
    /** The agent of that version pushes. */
    runs: (version: string) =>
      until(`an agent ${version}`, async () => (await summary())?.agent_version === version, {
        withinMs: 60 * SECOND,
      }),
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  }
}

const kinds = [
  ['script', () => [NODE, script], 'lumen-agent-full.js', () => script],
  ['executable', () => [executable, 'agent'], executableName(ownTarget()), () => executable],
] as const

test.each(kinds)(
  'an agent that may replaces itself, a %s, by a newer build, and goes back from one that dies at its start',
  async (kind, command, build, path) => {
    await using w = await world(`updated-${kind}`)
    await using agent = w.startAgent(command(), '--auto-update')
    await w.runs('0.1.0')
    const from = Date.now()
    offer(w.builds, build, anotherVersion(path(), NEWER))
    await w.runs(NEWER)
    await until('the update to be told', async () => (await w.updates()).length === 2, {
      withinMs: 30 * SECOND,
    })
    expect(await w.updates()).toEqual([
      { state: 'started', from: '0.1.0', to: NEWER },
      { state: 'done', from: '0.1.0', to: NEWER },
    ])
    if (kind === 'executable') {
      expect(agent.runs).toHaveLength(1)
      expect(environmentOf(agent.runs[0]!.pid)).toContain('BUN_JSC_useJIT=0')
    }

    offer(w.builds, build, deadBuild(NEWEST, kind))
    await until('the way back to be told', async () => (await w.updates()).length === 4, {
      withinMs: 60 * SECOND,
    })
    expect((await w.updates()).slice(2)).toEqual([
      { state: 'started', from: NEWER, to: NEWEST },
      { state: 'rolled-back', from: NEWER, to: NEWEST, reason: expect.any(String) },
    ])
    const { now } = (await w.summary())!
    await until('frames', async () => (await w.summary())!.now!.ts > now!.ts + SECOND, {
      withinMs: 30 * SECOND,
    })
    expect((await w.summary())!.agent_version).toBe(NEWER)
    expect(await w.updates()).toHaveLength(4)
    expect(readdirSync(join(w.spool, 'update')).filter((name) => name.startsWith('build-'))).toHaveLength(1)

    const { gaps } = await w.hub.admin.query({
      ...{ host: w.host.id, metrics: 'host.uptime_s', from, to: now!.ts, points: 5_000 },
    })
    const causes = ['agent updated itself', 'an update of the agent did not work']
    for (const { cause } of gaps) expect(causes).toContain(cause)
  },
  240_000,
)

const environmentOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')

/** Stands between an agent and its hub, and answers downloads in the hub's place. */
function meddle(hubUrl: string) {
  const elsewhere: string[] = []
  const bytes = readFileSync(script).length
  const downloads: Record<string, () => Response> = {
    digest: () => new Response(Buffer.alloc(bytes, ' ')),
    short: () => new Response(Buffer.alloc(bytes - 1, ' ')),
    redirect: () => Response.redirect('/elsewhere'),
    error: () => new Response('no', { status: 500 }),
    endless: () => new Response(new ReadableStream({ pull: (body) => body.enqueue(new Uint8Array(65_536)) })),
  }
  const server = Bun.serve({
    ...{ hostname: '127.0.0.1', port: 0 },
    async fetch(request) {
      const { pathname } = new URL(request.url)
      const [, kind = '', ...rest] = pathname.split('/')
      if (rest[0] === 'download') return downloads[kind]!()
      if (rest[0] === 'api') {
        const { method, headers } = request
        const body = new Uint8Array(await request.arrayBuffer())
        return fetch(`${hubUrl}/${rest.join('/')}`, { method, headers, body })
      }
      elsewhere.push(pathname)
      return new Response(readFileSync(script))
    },
  })
  return {
    ...{ url: `http://127.0.0.1:${server.port}`, kinds: Object.keys(downloads), elsewhere },
    [Symbol.dispose]: () => void server.stop(true),
  }
}

test('a download that is not what the hub vouched for changes nothing, and the hub is told', async () => {
  await using w = await world('meddled')
  offer(w.builds, 'lumen-agent-full.js', anotherVersion(script, NEWER))
  using between = meddle(w.hub.url)
  await using agents = new AsyncDisposableStack()
  const told = await Promise.all(
    between.kinds.map(async (kind) => {
      const { host, token } = await w.hub.admin.createHost(kind)
      const spool = join(w.spool, kind)
      const agent = agents.use(
        startSupervised(
          [NODE, script, '--hub', `${between.url}/${kind}`, '--spool', spool, '--auto-update'],
          {
            env: { LUMEN_TOKEN: token },
          },
        ),
      )
      const updates = () => updatesOf(w.hub.admin, host.id)
      await until(`a word on ${kind}`, async () => (await updates()).length === 2, { withinMs: 90 * SECOND })
      const seen = (await w.hub.admin.hosts()).find(({ id }) => id === host.id)!
      expect([kind, seen.agent_version, agent.runs.length]).toEqual([kind, '0.1.0', 1])
      expect(readdirSync(join(spool, 'update'))).toEqual([])
      const [started, failed] = await updates()
      expect([started!.state, failed!.state]).toEqual(['started', 'failed'])
      return [kind, failed!.reason]
    }),
  )
  expect(between.elsewhere).toEqual([])
  const bytes = readFileSync(script).length
  expect(Object.fromEntries(told)).toEqual({
    digest: expect.stringContaining('not what the hub vouched for'),
    short: expect.stringContaining(`has ${bytes - 1} bytes`),
    redirect: expect.stringContaining('not followed'),
    error: expect.stringContaining('HTTP 500'),
    endless: expect.stringContaining(`more than ${bytes} bytes`),
  })
}, 180_000)

test('without --auto-update nothing is downloaded or offered, and the host is shown as outdated', async () => {
  await using w = await world('stays')
  offer(w.builds, 'lumen-agent-full.js', anotherVersion(script, NEWER))
  await using agent = w.startAgent([NODE, script])
  await w.runs('0.1.0')
  const { ts: first } = await until('numbers', async () => (await w.summary())?.now, {
    withinMs: 30 * SECOND,
  })
  await until('some pushes', async () => (await w.summary())!.now!.ts > first + 5 * SECOND, {
    withinMs: 60 * SECOND,
  })
  expect(agent.runs).toHaveLength(1)
  expect((await w.summary())!.facts).not.toHaveProperty('auto_update')
  expect(await w.updates()).toEqual([])
  expect(existsSync(join(w.spool, 'update'))).toBe(false)
}, 120_000)
