import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { CLUSTER_PARTS, type ClusterPart, type ClusterPartName } from '@lumen/protocol/http/proxmox/cluster'
import type { ProxmoxKind } from '@lumen/protocol/http/proxmox/connections'
import type { Clock } from '@lumen/std/clock'
import { callFailureText } from '../client/api-client.ts'
import type { ApiCall } from '../client/call.ts'
import { type Outcome, rootOf } from '../client/outcome.ts'
import { PBS } from '../client/pbs-calls.ts'
import { PVE } from '../client/pve-calls.ts'

/** How often each part is read. */
export const PART_EVERY_MS: Readonly<Record<ClusterPartName, number>> = {
  resources: 30 * SECOND,
  status: MINUTE,
  ha: 5 * MINUTE,
  replication: 5 * MINUTE,
  tasks: 5 * MINUTE,
  pools: 5 * MINUTE,
  disks: HOUR,
  certificates: 6 * HOUR,
  guests: 10 * MINUTE,
  coverage: 15 * MINUTE,
  backups: 15 * MINUTE,
  datastores: 5 * MINUTE,
  groups: 15 * MINUTE,
  jobs: 5 * MINUTE,
  server_tasks: 5 * MINUTE,
}

const CALLS: Readonly<Record<ClusterPartName, readonly ApiCall[]>> = {
  resources: [PVE.resources],
  status: [PVE.clusterStatus, PVE.nodeStatus],
  ha: [PVE.haStatus],
  replication: [PVE.replicationJobs, PVE.nodeReplication],
  tasks: [PVE.tasks, PVE.taskLog],
  pools: [PVE.zfsPools, PVE.zfsPool],
  disks: [PVE.disks],
  certificates: [PVE.certificates],
  guests: [PVE.qemuConfig, PVE.lxcConfig],
  coverage: [PVE.backupJobs, PVE.notBackedUp],
  backups: [PVE.storageContent],
  datastores: [PBS.datastoreUsage],
  groups: [PBS.groups],
  jobs: [PBS.verifyJobs, PBS.pruneJobs, PBS.syncJobs, PBS.collections],
  server_tasks: [PBS.tasks],
}
const PART_OF = new Map(CLUSTER_PARTS.flatMap((part) => CALLS[part].map((call) => [call, part] as const)))
const OF_SERVER: readonly ClusterPartName[] = ['datastores', 'groups', 'jobs', 'server_tasks']
const MOST_FAULTS = 20

interface Part {
  readAt: number | null
  /** What failed when it was last tried, by path. */
  faults: Map<string, { text: string; node: string | undefined; at: number }>
}

/** When each part of what is known of a cluster was last read, and what keeps others from it: a call that fails is a
 * fault of its own part and of no other. */
export class PartLedger {
  readonly #clock: Clock
  readonly #parts = new Map<ClusterPartName, Part>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  learn(call: ApiCall, params: Readonly<Record<string, string | number>>, outcome: Outcome<unknown>): void {
    const name = PART_OF.get(call)
    if (name === undefined) return
    const part = this.#of(name)
    const key = callFailureText(call, params, { kind: 'not-there' })
    part.faults.delete(key)
    if (outcome.kind === 'ok') {
      part.readAt = this.#clock.now()
      return
    }
    const root = rootOf(outcome)
    if (root.kind === 'not-there') return
    const node = params.node === undefined ? undefined : String(params.node)
    part.faults.set(key, { text: callFailureText(call, params, root), node, at: this.#clock.monotonic() })
  }

  readAt(name: ClusterPartName): number | null {
    return this.#of(name).readAt
  }

  /** Nothing of a part failed when it was last tried. */
  isWhole(name: ClusterPartName): boolean {
    return this.readAt(name) !== null && this.faultsOf(name).length === 0
  }

  /** A node that is not there is asked nothing, so nothing of it fails. */
  forgetNode(node: string): void {
    for (const { faults } of this.#parts.values()) {
      for (const [key, fault] of faults) if (fault.node === node) faults.delete(key)
    }
  }

  shown(kind: ProxmoxKind): ClusterPart[] {
    return CLUSTER_PARTS.filter((name) => OF_SERVER.includes(name) === (kind === 'pbs')).map((name) => ({
      ...{ name, read_at: this.readAt(name) },
      faults: this.faultsOf(name).slice(0, MOST_FAULTS),
    }))
  }

  /** What keeps a part from being read, in words. What is not tried any more (a storage that is gone) does not fail any more. */
  faultsOf(name: ClusterPartName): string[] {
    const from = this.#clock.monotonic() - 2.5 * PART_EVERY_MS[name] - MINUTE
    return [...this.#of(name).faults.values()].flatMap(({ text, at }) => (at >= from ? [text] : []))
  }

  #of(name: ClusterPartName): Part {
    let part = this.#parts.get(name)
    if (part === undefined) {
      part = { readAt: null, faults: new Map() }
      this.#parts.set(name, part)
    }
    return part
  }
}
