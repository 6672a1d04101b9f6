import { expect, test } from 'bun:test'
import { startLumen, startLumenHub } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'

test('simulated hosts register, push and can be simulated again', async () => {
  await using dir = await tempDir()
  await using hub = await startLumenHub({ dataDir: dir.path })
  const args = ['simulate', '--hosts', '3', '--hub', hub.url, '--data', dir.path, '--every', '500ms']
  for (const round of [1, 2]) {
    const child = startLumen(args)
    await using _ended = child
    await until(
      `all up, round ${round}`,
      async () => {
        const hosts = await hub.admin.hosts()
        return hosts.length === 3 && hosts.every(({ state, now }) => state === 'up' && now !== null)
      },
      { withinMs: 15_000 },
    )
    child.signal('SIGINT')
    expect(await child.exited).toBe(0)
    expect(child.stderr()).toContain('simulating')
  }
}, 120_000)
