import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ADMIN, HubProblem } from '@lumen/testkit/hub-client'
import { startLumen, startLumenAgent, startLumenHub } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { watchFrames } from './live-frames.ts'

const REFUSED = 3

async function refusal(args: string[]): Promise<string> {
  await using child = startLumen(args)
  const code = await Promise.race([child.exited, Bun.sleep(15_000).then(() => 'still running')])
  expect({ code, stderr: child.stderr() }).toEqual({ code: REFUSED, stderr: expect.stringMatching(/\S/) })
  return child.stderr()
}

test('a port that is taken is refused with what to change', async () => {
  await using data = await tempDir()
  const taken = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  try {
    const said = await refusal(['hub', '--data', data.path, '--listen', `127.0.0.1:${taken.port}`])
    expect(said).toContain(String(taken.port))
    expect(said).toContain('--listen')
  } finally {
    await taken.stop(true)
  }
}, 120_000)

test('a second hub on the same data is refused and the first goes on', async () => {
  await using data = await tempDir()
  await using hub = await startLumenHub({ dataDir: data.path })
  const said = await refusal(['hub', '--data', data.path, '--listen', '127.0.0.1:0'])
  expect(said).toContain(data.path)
  expect(await hub.admin.hosts()).toEqual([])
}, 120_000)

test('databases newer than the program are refused and left as they are', async () => {
  await using data = await tempDir()
  {
    await using hub = await startLumenHub({ dataDir: data.path })
    expect(await hub.child.stop()).toBe(0)
  }
  const databases = (await filesIn(data.path)).filter((file) => file.endsWith('.db') && versionOf(file) > 0)
  expect(databases.length).toBeGreaterThanOrEqual(2)
  for (const file of databases) {
    const version = versionOf(file)
    setVersion(file, 9_999)
    const said = await refusal(['hub', '--data', data.path, '--listen', '127.0.0.1:0'])
    expect(said).toMatch(/newer/)
    expect(versionOf(file)).toBe(9_999)
    setVersion(file, version)
  }
  await using hub = await startLumenHub({ dataDir: data.path })
  expect(await hub.admin.hosts()).toEqual([])
}, 120_000)

test('a data directory that cannot be written is refused with what to change', async () => {
  await using data = await tempDir()
  const file = join(data.path, 'file')
  await writeFile(file, '')
  const said = await refusal(['hub', '--data', join(file, 'data'), '--listen', '127.0.0.1:0'])
  expect(said).toContain('--data')
}, 120_000)

test('no secret is printed or kept in the clear', async () => {
  await using data = await tempDir()
  const hub = await startLumenHub({ dataDir: data.path, intervalMs: 1_000 })
  const { host, token } = await hub.admin.createHost('secretive')
  const agent = startLumenAgent(hub.url, token, { args: ['--interval', '1s'] })
  const secrets: string[] = [token, ADMIN.password, hub.admin.session ?? '']
  try {
    {
      using watch = watchFrames(hub.admin, host.id)
      await watch.next(2, 30_000)
    }
    const wrongPassword = 'a wrong password given'
    secrets.push(wrongPassword)
    await expect(hub.admin.login({ ...ADMIN, password: wrongPassword })).rejects.toBeInstanceOf(HubProblem)
    const rotated = await hub.admin.rotateToken(host.id)
    secrets.push(rotated.token)
    await until('the agent to be told its token ended', () => /401|token/i.test(agent.stderr()), {
      withinMs: 15_000,
    })
    const rejected = await fetch(`${hub.url}/api/agent/push?token=${token}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{}',
    })
    expect(rejected.status).toBe(401)
    await expect(hub.admin.call('GET', '/api/nothing')).rejects.toThrow('404')
  } finally {
    await agent.stop()
    await hub.child.stop()
  }
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8)
    for (const child of [agent, hub.child]) {
      expect(child.stdout()).not.toContain(secret)
      expect(child.stderr()).not.toContain(secret)
    }
    for (const file of await filesIn(data.path)) {
      expect((await readFile(file)).includes(secret)).toBe(false)
    }
  }
}, 120_000)

function versionOf(file: string): number {
  using database = new Database(file)
  return database.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0
}

function setVersion(file: string, version: number): void {
  using database = new Database(file)
  database.run(`PRAGMA user_version = ${version}`)
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
