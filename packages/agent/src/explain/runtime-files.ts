import type { OwnFile } from './explanation.ts'

const read = (path: string, why: string): OwnFile => ({ path, access: 'read', why })

/** What Bun and the C library open by themselves, as seen under strace; nothing of it is sent. */
export const RUNTIME_FILES: readonly OwnFile[] = [
  read('/etc/ld.so.*', 'the system’s loader: where libraries are'),
  read('/lib*/**', 'the system’s C library'),
  read('/usr/lib*/**', 'the system’s C library'),
  read('/etc/localtime', 'time zone, for the log'),
  read('/usr/share/zoneinfo/**', 'time zone, for the log'),
  read('/proc/self/**', 'its own memory, limits and executable'),
  read('/proc/sys/vm/*', 'how memory may be taken'),
  read('/sys/kernel/mm/transparent_hugepage/enabled', 'how memory may be taken'),
  read('/sys/devices/system/node/node*', 'how memory may be taken'),
  read('/sys/devices/system/cpu/online', 'how many threads to start'),
  read('/etc/nsswitch.conf', 'looking up the hub’s name'),
  read('/etc/hosts', 'looking up the hub’s name'),
  read('/etc/host.conf', 'looking up the hub’s name'),
  read('/etc/resolv.conf', 'looking up the hub’s name: the DNS servers listed there are asked'),
  read('/etc/gai.conf', 'looking up the hub’s name'),
  read('/run/systemd/resolve/stub-resolv.conf', 'looking up the hub’s name'),
  read('/var/run/nscd/socket', 'looking up the hub’s name'),
  read('/etc/ssl/**', 'the system’s certificates, for an https:// hub'),
]

/** Where it is started, Bun looks for what its program may be part of; settings are not taken from there. */
export function startFolder(cwd: string): OwnFile[] {
  const why = 'the folder it was started in: is its program part of a package?'
  return [read(cwd, why), read(`${cwd === '/' ? '' : cwd}/package.json`, why)]
}
