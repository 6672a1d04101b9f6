import type { ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import type { Admin, AdminConnection, AdminHost, AdminUser } from './admin.ts'
import type { AdminCall, AdminReply } from './admin-socket.ts'

/** The admin commands of a hub that runs in another process. */
export class RemoteAdmin implements Admin {
  readonly isLive = true
  readonly #socketPath: string

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  addHost(name: string): Promise<{ id: number; token: string }> {
    return this.#call({ op: 'addHost', name })
  }

  listHosts(): Promise<AdminHost[]> {
    return this.#call({ op: 'listHosts' })
  }

  rotateHost(name: string): Promise<{ id: number; token: string }> {
    return this.#call({ op: 'rotateHost', name })
  }

  async removeHost(name: string): Promise<void> {
    await this.#call({ op: 'removeHost', name })
  }

  async addUser(name: string, password: string): Promise<void> {
    await this.#call({ op: 'addUser', name, password })
  }

  listUsers(): Promise<AdminUser[]> {
    return this.#call({ op: 'listUsers' })
  }

  async resetPassword(name: string, password: string): Promise<void> {
    await this.#call({ op: 'resetPassword', name, password })
  }

  listProxmox(): Promise<AdminConnection[]> {
    return this.#call({ op: 'listProxmox' })
  }

  async addProxmox(input: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#call({ op: 'addProxmox', input })
  }

  async removeProxmox(name: string): Promise<void> {
    await this.#call({ op: 'removeProxmox', name })
  }

  listTroubles(): Promise<string[]> {
    return this.#call({ op: 'listTroubles' })
  }

  testProxmox(name: string): Promise<ProxmoxTest> {
    return this.#call({ op: 'testProxmox', name })
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #call<T>(call: AdminCall): Promise<T> {
    const reply = await this.#send(call)
    if (reply.ok) return reply.result as T
    throw new LumenError(reply.code, reply.message)
  }

  async #send(call: AdminCall): Promise<AdminReply> {
    try {
      const answer = await fetch('http://localhost/', {
        unix: this.#socketPath,
        method: 'POST',
        body: JSON.stringify(call),
      })
      return (await answer.json()) as AdminReply
    } catch (cause) {
      const why = NOBODY_LISTENS.has(errorCode(cause) ?? '') ? 'nobody listens there' : errorMessage(cause)
      throw new LumenError(
        'hub_unreachable',
        `Another process holds this data directory, and no hub answers on ${this.#socketPath}: ${why}. If a hub is just starting or stopping, try again`,
        { cause },
      )
    }
  }
}

/** How the runtime and the kernel say so. */
const NOBODY_LISTENS = new Set(['ECONNREFUSED', 'ENOENT', 'ConnectionRefused', 'FailedToOpenSocket'])
