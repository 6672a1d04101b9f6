import { expect } from 'bun:test'
import { copyFile, cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { executableName } from '@lumen/lumen/platform'
import { DOCKER_NEEDS, startDockerEngine } from '@lumen/testkit/docker-engine'
import { testNeeding } from '@lumen/testkit/needs'
import { runCommand } from '@lumen/testkit/run-command'
import { tempDir } from '@lumen/testkit/temp-dir'
import { importTar } from '@lumen/testkit/tiny-rootfs'
import { until } from '@lumen/testkit/until'
import { buildExecutable, ownTarget } from '../tools/build-executable.ts'
import { ROOT } from '../tools/run.ts'

testNeeding(DOCKER_NEEDS)(
  'the images of hub and agent build on a base without a registry, run as nobody, and the agent reaches the hub',
  async () => {
    await using dir = await tempDir('lumen-images-')
    await using engine = await startDockerEngine()
    const { docker } = engine
    const context = join(dir.path, 'context')
    const { path: lumen } = await buildExecutable(ownTarget(), join(context, 'dist'))
    await cp(join(ROOT, 'deploy/docker'), join(context, 'deploy/docker'), { recursive: true })
    await importTar(await loaderRoot(lumen, join(dir.path, 'base')), [
      ...['docker', '-H', `unix://${engine.socket}`, 'import', '-', 'loader:1'],
    ])
    for (const target of ['hub', 'agent']) {
      const args = ['BASE=loader:1', `EXECUTABLE=dist/${executableName(ownTarget())}`]
      await runCommand(
        [
          ...['docker', '-H', `unix://${engine.socket}`, 'build', '--network', 'none', '--target', target],
          ...args.flatMap((arg) => ['--build-arg', arg]),
          ...['-f', join(context, 'deploy/docker/Dockerfile'), '-t', `lumen-${target}:1`, context],
        ],
        { DOCKER_BUILDKIT: '0' },
      )
    }
    const hub = 'lumen-hub-test'
    const hardened = ['--network', 'host', '--cap-drop', 'ALL', '--read-only', '--tmpfs', '/tmp']
    await docker('run', '-d', '--name', hub, ...hardened, 'lumen-hub:1', 'hub', '--listen', '127.0.0.1:0')
    const url = await until(
      'the hub to print its address',
      async () => (await docker('logs', hub)).match(/http:\/\/(?:127\.0\.0\.1|localhost):\d+/)?.[0],
      { withinMs: 30_000 },
    )
    const inHub = (...args: string[]) => docker('exec', hub, '/usr/local/bin/lumen', ...args)
    expect(await inHub('doctor', '--hub', url)).toContain(`${url} answers`)
    const token = await inHub('host', 'add', 'box')
    await docker(
      ...['run', '-d', '--name', 'lumen-agent-test', ...hardened],
      ...['-e', `LUMEN_TOKEN=${token}`, '-e', `LUMEN_HUB=${url}`],
      ...[
        '-v',
        '/proc:/host/proc:ro',
        '-v',
        '/sys:/host/sys:ro',
        '-v',
        '/etc:/host/root/etc:ro',
        'lumen-agent:1',
      ],
    )
    await until('the host to be up', async () => / up /.test(await inHub('host', 'list')), {
      withinMs: 30_000,
    })
    for (const name of [hub, 'lumen-agent-test']) {
      expect(await docker('inspect', '-f', '{{.Config.User}}', name)).toBe('65532:65532')
      await docker('stop', name)
      expect(await docker('inspect', '-f', '{{.State.ExitCode}}', name)).toBe('0')
    }
  },
  180_000,
)

/** A root folder with the loader and the libraries of this machine that the program names, and nothing else. */
async function loaderRoot(program: string, folder: string): Promise<string> {
  const paths = [...(await runCommand(['ldd', program])).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!)
  for (const path of paths) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await copyFile(path, join(folder, path))
  }
  return folder
}
