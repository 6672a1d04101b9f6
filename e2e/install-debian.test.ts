import { expect } from 'bun:test'
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstallAnswer } from '@lumen/protocol/http/install'
import { startChild } from '@lumen/testkit/child'
import { HubClient } from '@lumen/testkit/hub-client'
import { testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { buildExecutable, ownTarget } from '../tools/build-executable.ts'
import { DEBIAN_ROOT_NEEDS, debianRoot } from './install/debian-root.ts'
import { openrcMachine } from './install/openrc-root.ts'

const PATH = { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

testNeeding({ ...DEBIAN_ROOT_NEEDS, programs: { ...DEBIAN_ROOT_NEEDS.programs, pgrep: 'procps' } })(
  'in a Debian of its own one line installs the agent from the executable hub, again updates it, and a third removes it; under OpenRC it is a service that is kept running',
  async () => {
    await using dir = await tempDir('lumen-debian-')
    const root = join(dir.path, 'root')
    const [inside, { path: lumen }] = await Promise.all([
      debianRoot(root),
      buildExecutable(ownTarget(), join(dir.path, 'hub')),
    ])
    await using hub = startChild(
      [
        lumen,
        'hub',
        '--data',
        join(dir.path, 'data'),
        '--listen',
        '127.0.0.1:0',
        '--setup-code',
        'test-code',
      ],
      { cwd: dir.path },
    )
    const [url] = await hub.printed(/http:\/\/127\.0\.0\.1:\d+/)
    const admin = new HubClient(url)
    await admin.setup('test-code')
    const { host, token } = await admin.createHost('debian')
    const { commands, builds } = await admin.call<InstallAnswer>('GET', '/api/install')
    expect(builds.map(({ name }) => name)).toEqual([`lumen-${ownTarget()}`])

    const run = async (command: string, env: Record<string, string> = {}) => {
      const child = startChild(inside(command), {
        env: { ...PATH, ...env },
      })
      const code = await child.exited
      return { code, said: child.stderr() + child.stdout() }
    }
    const installed = await run(commands!.wget, { LUMEN_TOKEN: token })
    expect(installed.said).toContain('is installed. No service manager runs here')
    expect(installed.code).toBe(0)
    expect(existsSync(join(root, 'usr/local/bin/wget'))).toBe(true)
    const user = (await readFile(join(root, 'etc/passwd'), 'utf8')).match(/^lumen-agent:x:(\d+):/m)!
    const tokenFile = statSync(join(root, 'etc/lumen/token'))
    expect([tokenFile.uid, (tokenFile.mode & 0o777).toString(8)]).toEqual([Number(user[1]), '600'])

    const state = async () => (await admin.hosts()).find(({ id }) => id === host.id)?.state
    await using agent = startChild(
      inside(
        'exec setpriv --reuid lumen-agent --regid lumen-agent --clear-groups /usr/local/bin/lumen agent',
      ),
      { env: { ...PATH, LUMEN_SPOOL_MAX: '0' } },
    )
    await agent.printed(/hub answers/)
    await until('the installed agent to be up', async () => (await state()) === 'up', { withinMs: 30_000 })
    expect(await agent.stop()).toBe(0)

    const updated = await run(commands!.wget)
    expect(updated.said).toContain('is installed')
    expect(await readFile(join(root, 'etc/lumen/token'), 'utf8')).toBe(`${token}\n`)

    const removed = await run(`wget -qO- ${url}/install.sh | sh -s -- --uninstall`)
    expect(removed.said).toContain('the agent is removed')
    expect(await readFile(join(root, 'etc/passwd'), 'utf8')).not.toContain('lumen-agent')
    for (const path of ['usr/local/bin/lumen', 'etc/lumen', 'etc/systemd/system/lumen-agent.service'])
      expect(existsSync(join(root, path))).toBe(false)

    await using machine = await openrcMachine(root)
    const service = await machine.run(commands!.wget, { LUMEN_TOKEN: token })
    expect(service.said).toContain('is running, and')
    expect(service.code).toBe(0)
    expect((await machine.run('rc-update show default')).said).toContain('lumen-agent')
    const agents = async () =>
      (await machine.run("ps -o pid,user,args | grep '[l]umen agent$'")).said.trim().split('\n')
    const [first] = await agents()
    expect(first).toMatch(/^\d+ +lumen-ag\S* +\/usr\/local\/bin\/lumen agent$/)

    await machine.run(`kill -9 ${Number.parseInt(first!, 10)}`)
    await until(
      'OpenRC to start it again',
      async () => {
        const [next] = await agents()
        return next !== '' && next !== first
      },
      { withinMs: 60_000 },
    )
    expect((await machine.run('rc-service lumen-agent status')).said).toContain('started')
    await until('it to be up again', async () => (await state()) === 'up', { withinMs: 60_000 })

    expect((await machine.run('rc-service lumen-agent stop')).code).toBe(0)
    expect(await agents()).toEqual([''])
    expect((await machine.run(commands!.wget)).said).toContain('is running, and')
    const gone = await machine.run(`wget -qO- ${url}/install.sh | sh -s -- --uninstall`)
    expect(gone.said).toContain('the agent is removed')
    expect(await agents()).toEqual([''])
    expect((await machine.run('rc-update show default')).said).not.toContain('lumen-agent')
    for (const path of [
      'etc/init.d/lumen-agent',
      'usr/local/bin/lumen',
      'etc/lumen',
      'var/log/lumen-agent.log',
    ])
      expect(existsSync(join(root, path))).toBe(false)
  },
  300_000,
)
