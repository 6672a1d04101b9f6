import { evidenceSchema } from '@lumen/protocol/http/proxmox/machine-links'
import { z } from 'zod'
import type { ControlDb } from '../../control-db/control-db.ts'
import type { Statement } from '../../control-db/statement.ts'
import type { Evidence } from './match-machines.ts'

/** One guest of a connection, or one of its nodes. */
export interface MachineRef {
  connectionId: number
  /** Null: the node itself. */
  vmid: number | null
  /** Where it is now, or the node itself. */
  node: string
}

export type Decision = 'confirmed' | 'automatic' | 'refused'

export interface StoredLink {
  readonly connectionId: number
  /** `100`, or `node/pve1`: a guest is the same wherever it moves. */
  readonly machine: string
  readonly hostId: number
  readonly decision: Decision
  readonly evidence: readonly Evidence[]
}

type Row = { connection_id: number; machine: string; host_id: number; decision: Decision; evidence: string }

/** What was decided about which agent runs in which machine. Answers from memory, writes through to control.db. */
export class LinkStore {
  readonly #db: ControlDb
  readonly #links = new Map<string, StoredLink>()

  constructor(db: ControlDb) {
    this.#db = db
    for (const row of db.read<Row>('SELECT * FROM machine_links')) {
      const evidence = z.array(evidenceSchema).safeParse(JSON.parse(row.evidence)).data ?? []
      this.#remember({
        ...{ connectionId: row.connection_id, machine: row.machine, hostId: row.host_id },
        ...{ decision: row.decision, evidence },
      })
    }
  }

  list(): IterableIterator<StoredLink> {
    return this.#links.values()
  }

  get(machine: MachineRef, hostId: number): StoredLink | undefined {
    return this.#links.get(keyOf(machine.connectionId, machineName(machine), hostId))
  }

  /** Links that hold, without those that were refused. */
  holding(): StoredLink[] {
    return [...this.#links.values()].filter(({ decision }) => decision !== 'refused')
  }

  /** Writes what is now decided and takes away what it replaces, all or nothing. */
  async put(link: StoredLink, replaced: readonly StoredLink[] = []): Promise<void> {
    const { connectionId, machine, hostId, decision, evidence } = link
    await this.#db.run(...replaced.map(deleteOf), {
      sql: `INSERT INTO machine_links (connection_id, machine, host_id, decision, evidence) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (connection_id, machine, host_id) DO UPDATE SET decision = excluded.decision, evidence = excluded.evidence`,
      values: [connectionId, machine, hostId, decision, JSON.stringify(evidence)],
    })
    for (const gone of replaced) this.#drop(gone)
    this.#remember(link)
  }

  async remove(link: StoredLink): Promise<void> {
    await this.#db.run(deleteOf(link))
    this.#drop(link)
  }

  /** The disk has forgotten them with what they are of. */
  forget(isGone: (link: StoredLink) => boolean): void {
    for (const link of this.#links.values()) if (isGone(link)) this.#drop(link)
  }

  #remember(link: StoredLink): void {
    this.#links.set(keyOf(link.connectionId, link.machine, link.hostId), link)
  }

  #drop({ connectionId, machine, hostId }: StoredLink): void {
    this.#links.delete(keyOf(connectionId, machine, hostId))
  }
}

export function machineName({ vmid, node }: { vmid: number | null; node: string }): string {
  return vmid === null ? `node/${node}` : String(vmid)
}

function deleteOf({ connectionId, machine, hostId }: StoredLink): Statement {
  return {
    sql: 'DELETE FROM machine_links WHERE connection_id = ? AND machine = ? AND host_id = ?',
    values: [connectionId, machine, hostId],
  }
}

const keyOf = (connectionId: number, machine: string, hostId: number) =>
  `${connectionId} ${machine} ${hostId}`
