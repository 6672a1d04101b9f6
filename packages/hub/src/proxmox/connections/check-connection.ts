import type { ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import type { Clock } from '@lumen/std/clock'
import type { ApiClient } from '../client/api-client.ts'
import { type Failure, failureText } from '../client/outcome.ts'
import { PBS } from '../client/pbs-calls.ts'
import { PVE } from '../client/pve-calls.ts'
import { type Connection, clientOf } from './connection.ts'
import { majorOf } from './major-version.ts'
import { missingRights } from './rights.ts'
import { wrongCertificateOf } from './wrong-certificate.ts'

const NOTHING: ProxmoxTest = {
  ok: false,
  fault: null,
  certificate: null,
  address: null,
  version: null,
  clock_offset_ms: null,
  missing_rights: [],
  nodes: null,
  guests: null,
  datastores: null,
  has_history: null,
}

/** Tries a connection with a client of its own: reaches it, checks the certificate, logs in, names what the token lacks
 * and what it would show. A handful of requests, some seconds. */
export async function checkConnection(
  connection: Pick<Connection, 'kind' | 'spec'>,
  secret: string,
  clock: Clock,
): Promise<ProxmoxTest> {
  using client = clientOf(connection, secret, clock)
  const { kind, spec } = connection
  const version = await client.get(PVE.version, {})
  if (version.kind !== 'ok') return failed(NOTHING, version, spec.trust)
  const reached: ProxmoxTest = {
    ...NOTHING,
    address: client.address,
    version: version.value.version,
    clock_offset_ms: version.clockOffsetMs,
  }
  const permissions = await client.get(PVE.permissions, {})
  if (permissions.kind !== 'ok') return failed(reached, permissions, spec.trust)
  const known = {
    ...reached,
    missing_rights: missingRights(kind, permissions.value, majorOf(version.value.version)),
  }
  // Awaited here, for the client ends with this function.
  if (kind === 'pve') return await checkCluster(client, known, spec.trust, clock)
  return await checkBackups(client, known, spec.trust)
}

async function checkCluster(
  client: ApiClient,
  known: ProxmoxTest,
  trust: Trust,
  clock: Clock,
): Promise<ProxmoxTest> {
  const resources = await client.get(PVE.resources, {})
  if (resources.kind !== 'ok') return failed(known, resources, trust)
  const count = (types: readonly string[]) =>
    resources.value.filter(({ type }) => types.includes(type)).length
  const seen = { ...known, nodes: count(['node']), guests: count(['qemu', 'lxc']) }
  const now = Math.floor(clock.now() / 1_000)
  const history = await client.get(PVE.metrics, {}, { history: 1, 'start-time': now - 10 })
  if (history.kind === 'ok') return { ...seen, ok: true, has_history: true }
  if (history.kind === 'not-there') return { ...seen, ok: true, has_history: false }
  return history.kind === 'missing-right' ? { ...seen, ok: true } : failed(seen, history, trust)
}

async function checkBackups(client: ApiClient, known: ProxmoxTest, trust: Trust): Promise<ProxmoxTest> {
  const stores = await client.get(PBS.datastoreUsage, {})
  if (stores.kind !== 'ok') return failed(known, stores, trust)
  return { ...known, ok: true, datastores: stores.value.length }
}

function failed(known: ProxmoxTest, failure: Failure, trust: Trust): ProxmoxTest {
  return { ...known, fault: failureText(failure), certificate: wrongCertificateOf(failure, trust) }
}
