import { expect } from 'bun:test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DOCKER_NEEDS, type DockerEngine, startDockerEngine } from '@lumen/testkit/docker-engine'
import { HubClient } from '@lumen/testkit/hub-client'
import { testNeeding } from '@lumen/testkit/needs'
import { runCommand } from '@lumen/testkit/run-command'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { imageContext } from './image-context.ts'

testNeeding(DOCKER_NEEDS)(
  'the images of hub and agent build on a base without a registry, run as nobody, and the agent reaches the hub',
  async () => {
    await using dir = await tempDir('lumen-images-')
    await using engine = await startDockerEngine()
    const { docker } = engine
    const { folder, args } = await imageContext(engine, dir.path)
    for (const target of ['hub', 'agent']) {
      await runCommand(
        [
          ...['docker', '-H', `unix://${engine.socket}`, 'build', '--network', 'none', '--target', target],
          ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
          ...['-f', join(folder, 'deploy/docker/Dockerfile'), '-t', `lumen-${target}:1`, folder],
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
    const [proc, sys, etc] = ['/proc:/host/proc:ro', '/sys:/host/sys:ro', '/etc:/host/root/etc:ro']
    await docker(
      ...['run', '-d', '--name', 'lumen-agent-test', ...hardened],
      ...['-e', `LUMEN_TOKEN=${token}`, '-e', `LUMEN_HUB=${url}`],
      ...['-v', proc!, '-v', sys!, '-v', etc!, 'lumen-agent:1'],
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

testNeeding({ ...DOCKER_NEEDS, programs: { ...DOCKER_NEEDS.programs, 'docker-compose': 'docker-compose' } })(
  'the compose files bring up hub and agent, and both are healthy once the agent is heard',
  async () => {
    await using dir = await tempDir('lumen-compose-')
    await using engine = await startDockerEngine()
    const { folder, args } = await imageContext(engine, dir.path)
    const own = (role: string, more: object) => {
      const service = { build: { args }, healthcheck: { interval: '1s' }, ...more }
      return writeFile(
        join(folder, `${role}.json`),
        JSON.stringify({ version: '3', services: { [role]: service } }),
      )
    }
    const compose = (role: string, env: Record<string, string>, ...command: string[]) =>
      runCommand(
        [
          ...[
            'docker-compose',
            '-p',
            `lumen${role}`,
            '-f',
            join(folder, `deploy/docker/compose.${role}.yaml`),
          ],
          ...['-f', join(folder, `${role}.json`), ...command],
        ],
        {
          DOCKER_HOST: `unix://${engine.socket}`,
          DOCKER_BUILDKIT: '0',
          COMPOSE_DOCKER_CLI_BUILD: '0',
          ...env,
        },
      )
    await own('hub', {})
    await compose('hub', { LUMEN_PORT: '127.0.0.1:0' }, 'up', '-d')
    await healthy(engine, 'lumenhub_hub_1')
    const url = `http://${await engine.docker('port', 'lumenhub_hub_1', '8090/tcp')}`
    const code = (await engine.docker('logs', 'lumenhub_hub_1')).match(/setup code\S*\s+(\S+)/i)![1]!
    const admin = new HubClient(url)
    await admin.setup(code)
    const { token } = await admin.createHost('box')
    await writeFile(join(folder, 'deploy/docker/token'), token)
    // Mounts that come later follow only where those of the machine are shared, as they are where systemd started it.
    await own('agent', { volumes: ['/:/host/root:ro'] })
    await compose('agent', { LUMEN_HUB: url }, 'up', '-d')
    await healthy(engine, 'lumenagent_agent_1')
    await until('the host to be up', async () => (await admin.hosts())[0]?.state === 'up', {
      withinMs: 30_000,
    })
  },
  180_000,
)

/** Waits for the verdict of a container's health check. */
async function healthy(engine: DockerEngine, name: string): Promise<void> {
  const health = () => engine.docker('inspect', '-f', '{{.State.Health.Status}}', name)
  await until(`${name} to be healthy`, async () => (await health()) === 'healthy', { withinMs: 60_000 })
}
