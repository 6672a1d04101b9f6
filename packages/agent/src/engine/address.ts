import { existsSync, readdirSync } from 'node:fs'

/** Where a container engine answers. */
export type EngineAddress = { kind: 'unix'; path: string } | { kind: 'tcp'; url: string }

/** `auto`: every socket in a usual place. `off`: containers are not looked at in any way. */
export type DockerSetting = 'auto' | 'off' | EngineAddress

/** `auto`, `off`, the path of a socket (`unix://` before it or not) or `tcp://HOST:PORT` of a proxy in front of it.
 * @throws {Error} whose message says what is wanted */
export function parseDockerSetting(text: string): DockerSetting {
  if (text === 'auto' || text === 'off') return text
  const path = text.startsWith('unix://') ? text.slice('unix://'.length) : text
  if (path.startsWith('/')) return { kind: 'unix', path }
  const url = /^(?:tcp|https?):\/\//.test(text) ? text.replace(/^tcp:/, 'http:') : undefined
  if (url === undefined || !URL.canParse(url) || new URL(url).username !== '')
    throw new Error(
      `${JSON.stringify(text)} is none of auto, off, /path/to/docker.sock and tcp://HOST:PORT of a socket proxy`,
    )
  const { origin, pathname, search } = new URL(url)
  if (pathname !== '/' || search !== '') throw new Error('must not hold a path or query')
  return { kind: 'tcp', url: origin }
}

export function addressText(address: EngineAddress): string {
  return address.kind === 'unix' ? address.path : address.url
}

/** Sockets Docker and Podman listen on where nobody changed that: the system's, and those of users. */
export function usualSockets(rootfs: string): EngineAddress[] {
  const root = rootfs === '/' ? '' : rootfs
  // /var/run is a link to /run nearly everywhere: each engine once.
  const first = (...paths: string[]) => paths.map((path) => `${root}${path}`).find((path) => existsSync(path))
  const found = [
    first('/run/docker.sock', '/var/run/docker.sock'),
    first('/run/podman/podman.sock', '/var/run/podman/podman.sock'),
    ...users(`${root}/run/user`).flatMap((folder) =>
      [`${folder}/docker.sock`, `${folder}/podman/podman.sock`].filter((path) => existsSync(path)),
    ),
  ]
  return found.filter((path) => path !== undefined).map((path) => ({ kind: 'unix', path }))
}

/** Every place `auto` looks at, as patterns. */
export function socketPlaces(rootfs: string): string[] {
  const root = rootfs === '/' ? '' : rootfs
  return ['/run', '/var/run', '/run/user/*'].flatMap((folder) => [
    `${root}${folder}/docker.sock`,
    `${root}${folder}/podman/podman.sock`,
  ])
}

const MAX_USERS = 16

function users(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .slice(0, MAX_USERS)
      .map((name) => `${folder}/${name}`)
  } catch {
    return []
  }
}
