import type { ProxmoxInput, ProxmoxTest } from '@lumen/protocol/http/proxmox/connections'
import type { Clock } from '@lumen/std/clock'
import { LumenError } from '@lumen/std/error'
import type { ControlDb } from '../control-db/control-db.ts'
import { checkConnection } from '../proxmox/connections/check-connection.ts'
import { ConnectionStore } from '../proxmox/connections/connection-store.ts'
import type { Proxmox } from '../proxmox/proxmox.ts'
import { SecretBox } from '../secrets/secret-box.ts'
import type { AdminConnection } from './admin.ts'

/** What the commands for connections to Proxmox need, with or without a hub. */
export interface ConnectionsAdmin {
  list(): AdminConnection[]
  add(input: ProxmoxInput): Promise<void>
  remove(id: number): Promise<void>
  test(id: number): Promise<ProxmoxTest>
}

/** Of a hub that runs. */
export function liveConnections(proxmox: Proxmox): ConnectionsAdmin {
  return {
    list: () => proxmox.list(),
    add: async (input) => void (await proxmox.add(input)),
    remove: (id) => proxmox.remove(id, 'keep'),
    test: (id) => proxmox.testSaved(id),
  }
}

/** On the files of a hub that does not run. The key is opened only where a secret is needed. */
export function storedConnections(db: ControlDb, dataDir: string, clock: Clock): ConnectionsAdmin {
  let opened: ConnectionStore | undefined
  const store = () => {
    opened ??= new ConnectionStore(db, SecretBox.open(dataDir), clock)
    return opened
  }
  return {
    list: () =>
      store()
        .list()
        .map(({ id, name, kind, spec }) => ({
          ...{ id, name, kind, addresses: spec.addresses, state: null, fault: null },
        })),
    add: async (input) => void (await store().add(input)),
    remove: (id) => store().remove(store().get(id)),
    async test(id) {
      const connection = store().get(id)
      const secret = store().secretOf(connection)
      if (secret !== undefined) return checkConnection(connection, secret, clock)
      throw new LumenError(
        'secret_unreadable',
        'The secret of this connection cannot be read: enter it again',
      )
    },
  }
}
