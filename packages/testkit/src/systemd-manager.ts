import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from './child.ts'
import type { Needs } from './needs.ts'
import { runCommand } from './run-command.ts'
import { tempDir } from './temp-dir.ts'
import { until } from './until.ts'

export const SYSTEMD_NEEDS: Needs = {
  root: true,
  programs: { busctl: 'systemd', 'dbus-daemon': 'dbus-daemon', unshare: 'util-linux' },
}

/** A real systemd with units of a test's own, on a real message bus. Disposing ends it. */
export interface SystemdManager extends AsyncDisposable {
  /** Folder of the test, where units may look. */
  folder: string
  /** Below it the bus listens where the system's does. */
  rootfs: string
  start(unit: string): Promise<void>
}

const SYSTEMD = '/lib/systemd/systemd'

/** Starts a service manager beside the machine's own, as one runs for each user, with `services` by their names: what
 * each executes. */
export async function startSystemd(
  services: (folder: string) => Record<string, string>,
): Promise<SystemdManager> {
  const dir = await tempDir('lumen-sd-')
  const rootfs = join(dir.path, 'root')
  const socket = join(rootfs, 'run/dbus/system_bus_socket')
  const units = join(dir.path, 'config/systemd/user')
  for (const folder of [join(socket, '..'), units, join(dir.path, 'run')])
    await mkdir(folder, { recursive: true })
  const busConfig = join(dir.path, 'bus.conf')
  await writeFile(busConfig, BUS_SETTINGS)
  // systemd joins the bus that a socket of its own has started.
  const bus = `${Bun.which('dbus-daemon')} --config-file=${busConfig} --nofork --nopidfile --systemd-activation`
  await writeFile(join(units, 'dbus.socket'), `${ALONE}[Socket]\nListenStream=${socket}\n`)
  await writeFile(join(units, 'dbus.service'), service(bus, 'notify'))
  const named = services(dir.path)
  for (const [name, command] of Object.entries(named))
    await writeFile(join(units, name), service(command, 'oneshot'))
  const wants = `dbus.socket dbus.service ${Object.keys(named).join(' ')}`
  await writeFile(join(units, 'test.target'), `[Unit]\nWants=${wants}\n`)
  // It believes to be a user's manager where the machine's own seems to run.
  const script = `mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec ${SYSTEMD} --user --unit=test.target`
  const manager = startChild(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script], {
    env: {
      HOME: dir.path,
      XDG_CONFIG_HOME: join(dir.path, 'config'),
      XDG_RUNTIME_DIR: join(dir.path, 'run'),
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`,
    },
  })
  const call = (...args: string[]) =>
    runCommand(['busctl', `--address=unix:path=${socket}`, 'call', ...MANAGER, ...args])
  const end = async () => {
    await manager.stop()
    await dir[Symbol.asyncDispose]()
  }
  try {
    await until('systemd on its bus', async () => (await call('ListUnits')) !== '', { withinMs: 30_000 })
  } catch (error) {
    await end()
    throw error
  }
  return {
    folder: dir.path,
    rootfs,
    start: async (unit) => void (await call('StartUnit', 'ss', unit, 'replace')),
    [Symbol.asyncDispose]: end,
  }
}

const MANAGER = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager']

const ALONE = '[Unit]\nDefaultDependencies=no\n'

function service(command: string, type: string): string {
  return `${ALONE}[Service]
Type=${type}
StandardOutput=null
StandardError=null
ExecStart=${command}
`
}

const MAY = ['method_call', 'method_return', 'error', 'signal'].map(
  (kind) => `<allow send_type="${kind}"/><allow receive_type="${kind}"/>`,
)

const BUS_SETTINGS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>systemd:</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/>${MAY.join('')}</policy></busconfig>
`
