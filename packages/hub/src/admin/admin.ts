import type { ConnectionState, ProxmoxKind, ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import type { HostState } from '../hosts/presence.ts'

export interface AdminHost {
  id: number
  name: string
  /** Known only to a running hub. */
  state: HostState | null
  last_seen: number | null
  created_at: number
}

export interface AdminUser {
  name: string
  created_at: number
  /** Browsers that are logged in. */
  sessions: number
  /** When one of those was last used, to the hour; null without any, for what was logged out is not kept. */
  last_used_at: number | null
}

export interface AdminConnection {
  id: number
  name: string
  kind: ProxmoxKind
  addresses: readonly string[]
  /** Known only to a running hub. */
  state: ConnectionState['state'] | null
  fault: string | null
}

/** What the commands for hosts, users and connections do, against a running hub or its data directory. Names are checked as the
 * HTTP calls check them.
 * @throws {LumenError} `host_name_taken`, `host_unknown`, `user_name_taken`, `user_unknown`, `name_invalid`,
 *   `password_invalid`, `connection_name_taken`, `connection_unknown`, `connection_invalid` */
export interface Admin extends AsyncDisposable {
  /** Whether a hub is running on the directory. */
  readonly isLive: boolean
  addHost(name: string): Promise<{ id: number; token: string }>
  listHosts(): Promise<AdminHost[]>
  /** The old token ends at once. */
  rotateHost(name: string): Promise<{ id: number; token: string }>
  /** With its history. */
  removeHost(name: string): Promise<void>
  addUser(name: string, password: string): Promise<void>
  listUsers(): Promise<AdminUser[]>
  /** Ends the user's sessions. */
  resetPassword(name: string, password: string): Promise<void>
  listProxmox(): Promise<AdminConnection[]>
  /** Words of `ProxmoxInput`, as somebody typed them. */
  addProxmox(input: Readonly<Record<string, unknown>>): Promise<void>
  /** Its nodes stay as hosts with their history. */
  removeProxmox(name: string): Promise<void>
  /** What is wrong with a running hub itself, in words that go on after “Hub”; nothing without one. */
  listTroubles(): Promise<string[]>
  /** Tries it with its secret, from here. */
  testProxmox(name: string): Promise<ProxmoxTest>
}
