import { hostNameSchema } from '@lumen/protocol/http/hosts'
import { type ProxmoxTest, proxmoxInputSchema } from '@lumen/protocol/http/proxmox/connections'
import { passwordSchema, userNameSchema } from '@lumen/protocol/http/session'
import type { Clock } from '@lumen/std/clock'
import { LumenError } from '@lumen/std/error'
import type { z } from 'zod'
import type { PasswordHasher } from '../auth/password.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Users } from '../auth/users.ts'
import { faultsOf } from '../field-fault.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { HostState } from '../hosts/presence.ts'
import type { Admin, AdminConnection, AdminHost, AdminUser } from './admin.ts'
import type { ConnectionsAdmin } from './connections-admin.ts'

export interface LocalAdminParts {
  isLive: boolean
  registry: HostRegistry
  users: Users
  sessions: Sessions
  hasher: PasswordHasher
  clock: Clock
  connections: ConnectionsAdmin
  removeHost(host: HostRecord): Promise<void>
  troubles(): readonly { words: string }[]
  presenceOf(host: HostRecord): { state: HostState | null; lastSeen: number | null }
  dispose?(): Promise<void>
}

/** The admin commands in the process that holds the data. */
export class LocalAdmin implements Admin {
  readonly isLive: boolean
  readonly #parts: LocalAdminParts

  constructor(parts: LocalAdminParts) {
    this.#parts = parts
    this.isLive = parts.isLive
  }

  async addHost(name: string): Promise<{ id: number; token: string }> {
    const { host, token } = await this.#parts.registry.add(
      checked(hostNameSchema, name, 'name_invalid', 'host name'),
    )
    return { id: host.id, token }
  }

  async listHosts(): Promise<AdminHost[]> {
    return Array.from(this.#parts.registry.list(), (host) => {
      const { state, lastSeen } = this.#parts.presenceOf(host)
      return { id: host.id, name: host.name, state, last_seen: lastSeen, created_at: host.createdAt }
    })
  }

  async rotateHost(name: string): Promise<{ id: number; token: string }> {
    const host = this.#host(name)
    return { id: host.id, token: await this.#parts.registry.rotate(host) }
  }

  async removeHost(name: string): Promise<void> {
    await this.#parts.removeHost(this.#host(name))
  }

  async addUser(name: string, password: string): Promise<void> {
    const { users, hasher, clock } = this.#parts
    const userName = checked(userNameSchema, name, 'name_invalid', 'user name')
    const hash = await hasher.hash(checked(passwordSchema, password, 'password_invalid', 'password'))
    await users.add(userName, hash, clock.now())
  }

  async listUsers(): Promise<AdminUser[]> {
    const { users, sessions } = this.#parts
    return users.list().map(({ id, name, createdAt }) => {
      const live = sessions.ofUser(id)
      return {
        ...{ name, created_at: createdAt, sessions: live.length },
        last_used_at: live.length === 0 ? null : Math.max(...live.map(({ lastUsedAt }) => lastUsedAt)),
      }
    })
  }

  async resetPassword(name: string, password: string): Promise<void> {
    const { users, sessions, hasher } = this.#parts
    const user = users.find(name)
    if (user === undefined)
      throw new LumenError('user_unknown', `There is no user named ${name}; lumen user add makes one`)
    await users.setPassword(
      user,
      await hasher.hash(checked(passwordSchema, password, 'password_invalid', 'password')),
    )
    await sessions.endOfUser(user.id)
  }

  async listProxmox(): Promise<AdminConnection[]> {
    return this.#parts.connections
      .list()
      .map(({ id, name, kind, addresses, state, fault }) => ({ id, name, kind, addresses, state, fault }))
  }

  async addProxmox(input: Readonly<Record<string, unknown>>): Promise<void> {
    const result = proxmoxInputSchema.safeParse(input)
    if (result.success) return this.#parts.connections.add(result.data)
    const [first] = faultsOf(result.error)
    throw new LumenError('connection_invalid', `The connection is refused: ${first?.path} ${first?.message}`)
  }

  async removeProxmox(name: string): Promise<void> {
    await this.#parts.connections.remove(this.#connection(name))
  }

  async listTroubles(): Promise<string[]> {
    return this.#parts.troubles().map(({ words }) => words)
  }

  async testProxmox(name: string): Promise<ProxmoxTest> {
    return this.#parts.connections.test(this.#connection(name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.dispose?.()
  }

  #connection(name: string): number {
    const known = this.#parts.connections.list().find((one) => one.name.toLowerCase() === name.toLowerCase())
    if (known === undefined)
      throw new LumenError(
        'connection_unknown',
        `There is no connection named ${name}; lumen proxmox list shows what there is`,
      )
    return known.id
  }

  #host(name: string): HostRecord {
    const host = this.#parts.registry.find(name)
    if (host === undefined)
      throw new LumenError(
        'host_unknown',
        `There is no host named ${name}; lumen host list shows what there is`,
      )
    return host
  }
}

function checked<T>(schema: z.ZodType<T>, value: string, code: string, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new LumenError(code, `The ${what} is refused: ${result.error.issues[0]?.message}`)
}
