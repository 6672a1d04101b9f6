import { DAY } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { TokenSpec } from './access.ts'
import { PBS_API } from './api.ts'
import { backupsOn } from './backups.ts'
import type { ClusterSpec } from './cluster-spec.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import type { ScriptEvent } from './script.ts'

export interface FakeBackupServerOptions {
  clock: Clock
  /** Whose backups lie here: those of its storage `pbs`, in the datastore `main`. */
  cluster?: Pick<FakeServer, 'timeline'>
  script?: readonly ScriptEvent[]
  tokens?: readonly TokenSpec[]
}

const TIB = 1024 ** 4

/** A Proxmox Backup Server that is not there: one node `pbs` on a loopback port of its own, two datastores (`main`,
 * `archive`; storages in the words of script and truth), nightly jobs. Otherwise as a fake cluster is. */
export type FakeBackupServer = FakeServer

/** @throws when a loopback port cannot be had. */
export function startFakeBackupServer(options: FakeBackupServerOptions): Promise<FakeBackupServer> {
  const { clock, cluster, script = [], tokens = [backupAuditorToken()] } = options
  const backupsIn = (datastore: string) =>
    cluster === undefined || datastore !== 'main' ? [] : backupsOn(cluster.timeline, 'pbs', clock.now())
  return startFakeServer({ api: PBS_API, clock, spec: serverSpec(clock.now()), script, tokens, backupsIn })
}

/** Role Audit on `/`, for user and token. */
function backupAuditorToken(): TokenSpec {
  const grants = [{ path: '/', privileges: ['Sys.Audit', 'Datastore.Audit', 'Remote.Audit', 'Tape.Audit'] }]
  const secret = '8d7c2a44-0f3e-4b6a-9c1d-52e7a9b3f6c8'
  return { id: 'lumen@pbs!hub', secret, isSeparated: true, grants, userGrants: grants }
}

function serverSpec(now: number): ClusterSpec {
  const datastore = { type: 'dir', content: 'backup', isShared: false } as const
  const hardware = { cores: 4, memoryBytes: 16 * 1024 ** 3, rootBytes: 64 * 1024 ** 3, load: 0.1 }
  return {
    ...{
      release: '9.1',
      bornAt: now - 400 * DAY,
      guests: [],
      backupJobs: [],
      replications: [],
      ha: [],
      seed: 7,
    },
    nodes: [
      { name: 'pbs', address: '192.168.1.20', ...hardware, bootedAt: now - 40 * DAY, pools: [], disks: [] },
    ],
    storages: [
      { name: 'main', ...datastore, totalBytes: 12 * TIB, used: 0.48 },
      { name: 'archive', ...datastore, totalBytes: 4 * TIB, used: 0.71 },
    ],
  }
}
