import { networkInterfaces } from 'node:os'
import type { HubSettings } from './run-hub.ts'

/** What a hub prints once it serves: where, and the setup code while there is no admin. */
export function banner(settings: HubSettings, url: string, setupCode: string | null): string {
  const addresses = settings.publicUrl === null ? otherAddresses(settings.host, url) : [settings.publicUrl]
  const lines = [
    `Lumen is running at ${url}`,
    ...addresses.map((address) => `           also at ${address}`),
    ...(setupCode === null
      ? []
      : [`Setup code: ${setupCode}`, 'Open the address and enter the code to make the first admin.']),
  ]
  return `${lines.join('\n')}\n`
}

/** This machine's addresses a browser elsewhere could use, where the hub listens on all of them. */
function otherAddresses(host: string, url: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return []
  const { protocol, port } = new URL(url)
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .slice(0, 4)
    .map(({ address }) => `${protocol}//${address}${port === '' ? '' : `:${port}`}`)
}
