import { existsSync } from 'node:fs'
import { systemClock } from '@lumen/std/clock'
import { errorCode } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { argon2Hasher } from '../auth/password.ts'
import { Sessions } from '../auth/sessions.ts'
import { Users } from '../auth/users.ts'
import { finishRestore } from '../backup/finish-restore.ts'
import { lockDataDir, prepareDataDir } from '../config/data-dir.ts'
import { openControlDb } from '../control-db/control-db.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import type { Admin } from './admin.ts'
import { adminSocketPath } from './admin-socket.ts'
import { storedConnections } from './connections-admin.ts'
import { LocalAdmin } from './local-admin.ts'
import { RemoteAdmin } from './remote-admin.ts'

/** The admin commands for a data directory: through the hub that runs on it, or on the files when none does.
 * History of a host removed without a hub goes at the hub's next start.
 * @throws {LumenError} `data_dir_unwritable`, `data_dir_in_use`, `database_too_new`, `database_unusable` */
export async function openAdmin(dataDir: string): Promise<Admin> {
  prepareDataDir(dataDir)
  await using held = new AsyncDisposableStack()
  try {
    held.use(lockDataDir(dataDir))
    finishRestore(dataDir)
  } catch (fault) {
    const socketPath = adminSocketPath(dataDir)
    if (errorCode(fault) === 'data_dir_in_use' && existsSync(socketPath)) return new RemoteAdmin(socketPath)
    throw fault
  }
  const db = held.use(await openControlDb(dataDir, 'inline'))
  const registry = new HostRegistry(db, systemClock)
  const kept = held.move()
  return new LocalAdmin({
    isLive: false,
    registry,
    users: new Users(db),
    sessions: new Sessions(db, systemClock, silentLog),
    hasher: argon2Hasher(),
    clock: systemClock,
    connections: storedConnections(db, dataDir, systemClock),
    removeHost: (host) => registry.remove(host),
    troubles: () => [],
    presenceOf: () => ({ state: null, lastSeen: null }),
    dispose: () => kept.disposeAsync(),
  })
}
