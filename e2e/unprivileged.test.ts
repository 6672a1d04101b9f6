import { expect } from 'bun:test'
import { chmodSync } from 'node:fs'
import { FakeEngine } from '@lumen/agent/engine/fake-engine'
import { startLumenAgent, startLumenHub } from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'

const NOBODY = '65534'
const AS_NOBODY = [
  ...['setpriv', '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', '--no-new-privs'],
  ...['--bounding-set', '-all', '--inh-caps', '-all'],
]

const asRoot = testNeeding({ root: true, programs: { setpriv: 'util-linux' } })

asRoot(
  'an agent without any right reads the machine, and says what it may not see',
  async () => {
    await using stack = new AsyncDisposableStack()
    const data = stack.use(await tempDir())
    const engine = stack.adopt(new FakeEngine(), (one) => one.close())
    await engine.listen()
    const { path: socket } = engine.address as { path: string }
    chmodSync(engine.folder, 0o755)
    chmodSync(socket, 0o600)
    const hub = stack.use(await startLumenHub({ dataDir: data.path, intervalMs: 1_000 }))
    const { token } = await hub.admin.createHost('nobody')
    const args = ['--docker', socket, '--spool', '/nowhere/spool']
    const agent = stack.use(
      startLumenAgent(hub.url, token, { wrapper: AS_NOBODY, args, env: { HOME: '/nowhere' } }),
    )
    const faults = async () => (await hub.admin.hosts())[0]?.facts?.collector_faults
    await until('the agent says what fails', async () => (await faults())?.containers !== undefined, {
      withinMs: 60_000,
    })
    expect(await faults()).toEqual({ containers: expect.stringContaining('permission denied') })
    await agent.printed(/collector fails.*containers.*permission denied/)
    await agent.printed(/spool.*\/nowhere/)
    const [host] = await until(
      'numbers are there',
      async () => {
        const hosts = await hub.admin.hosts()
        return hosts[0]?.now?.cpu_pct == null ? null : hosts
      },
      { withinMs: 30_000 },
    )
    expect(host).toMatchObject({
      state: 'up',
      facts: { kernel: expect.any(String), cores: expect.any(Number) },
    })
    for (const field of ['cpu_pct', 'mem_pct', 'disk_pct', 'load1'] as const)
      expect({ field, value: host!.now![field] }).toEqual({ field, value: expect.any(Number) })
    expect(engine.asked).toEqual([])
  },
  120_000,
)
