import type { ProxmoxInput, ProxmoxKind } from '@lumen/protocol/http/proxmox/connections'
import type { Clock } from '@lumen/std/clock'
import { errorCode } from '@lumen/std/error'
import type { ControlDb } from '../../control-db/control-db.ts'
import { Refusal } from '../../refusal.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { addressText } from '../client/address.ts'
import { addressesOf, type Connection, newUid, storedSpecSchema } from './connection.ts'

type Row = { id: number; name: string; kind: ProxmoxKind; spec: string; secret: string; created_at: number }
export type ConnectionChange = { [K in Exclude<keyof ProxmoxInput, 'kind'>]?: ProxmoxInput[K] | undefined }

/** The connections and their sealed secrets. Answers from memory, writes through to control.db. */
export class ConnectionStore {
  readonly #db: ControlDb
  readonly #secrets: SecretBox
  readonly #clock: Clock
  readonly #byId = new Map<number, { connection: Connection; sealed: string }>()

  constructor(db: ControlDb, secrets: SecretBox, clock: Clock) {
    this.#db = db
    this.#secrets = secrets
    this.#clock = clock
    for (const row of db.read<Row>('SELECT * FROM proxmox_connections ORDER BY id')) {
      const { id, name, kind, secret } = row
      const { uid, ...spec } = storedSpecSchema.parse(JSON.parse(row.spec))
      this.#byId.set(id, {
        connection: { id, name, kind, spec, uid, createdAt: row.created_at },
        sealed: secret,
      })
    }
  }

  list(): Connection[] {
    return Array.from(this.#byId.values(), ({ connection }) => connection)
  }

  find(name: string): Connection | undefined {
    return this.list().find((connection) => connection.name.toLowerCase() === name.toLowerCase())
  }

  /** @throws {Refusal} 404 `connection_unknown` */
  get(id: number): Connection {
    const known = this.#byId.get(id)
    if (known === undefined)
      throw new Refusal(404, 'connection_unknown', 'There is no connection with this id')
    return known.connection
  }

  /** Undefined when it was sealed under another key. */
  secretOf({ id, uid }: Connection): string | undefined {
    return this.#secrets.open(this.#byId.get(id)?.sealed ?? '', contextOf(uid))
  }

  /** @throws {Refusal} 409 `connection_name_taken` */
  async add({ name, kind, secret, ...spec }: ProxmoxInput): Promise<Connection> {
    if (this.find(name) !== undefined) throw nameTaken(name)
    const uid = newUid()
    const createdAt = this.#clock.now()
    const sealed = this.#secrets.seal(secret, contextOf(uid))
    const [written] = await this.#write(name, {
      sql: 'INSERT INTO proxmox_connections (name, kind, spec, secret, created_at) VALUES (?, ?, ?, ?, ?)',
      values: [name, kind, JSON.stringify({ ...spec, uid }), sealed, createdAt],
    })
    const connection: Connection = { id: written!.rowId, name, kind, spec, uid, createdAt }
    this.#byId.set(connection.id, { connection, sealed })
    return connection
  }

  /** @throws {Refusal} 409 `connection_name_taken`, 400 `secret_needed`: a new address gets a secret that somebody knows
   *   anew, or whoever is logged in could have it sent to himself */
  async change(connection: Connection, { name, secret, ...wanted }: ConnectionChange): Promise<void> {
    const { id, uid, kind } = connection
    const spec = {
      addresses: wanted.addresses ?? connection.spec.addresses,
      token_id: wanted.token_id ?? connection.spec.token_id,
      trust: wanted.trust ?? connection.spec.trust,
      smart: wanted.smart ?? connection.spec.smart,
    }
    const texts = (list: readonly string[]) => addressesOf(kind, list).map(addressText)
    const known = new Set(texts(connection.spec.addresses))
    if (secret === undefined && texts(spec.addresses).some((address) => !known.has(address))) {
      throw new Refusal(400, 'secret_needed', 'A new address needs the secret of the token again', {
        errors: [{ path: 'secret', message: 'is needed with a new address' }],
      })
    }
    const holder = name === undefined ? undefined : this.find(name)
    if (holder !== undefined && holder !== connection) throw nameTaken(name!)
    const before = this.#byId.get(id)!.sealed
    const sealed = secret === undefined ? before : this.#secrets.seal(secret, contextOf(uid))
    const newName = name ?? connection.name
    await this.#write(newName, {
      sql: 'UPDATE proxmox_connections SET name = ?, spec = ?, secret = ? WHERE id = ?',
      values: [newName, JSON.stringify({ ...spec, uid }), sealed, id],
    })
    Object.assign(connection, { name: newName, spec })
    this.#byId.set(id, { connection, sealed })
  }

  async remove({ id }: Connection): Promise<void> {
    await this.#db.run({ sql: 'DELETE FROM proxmox_connections WHERE id = ?', values: [id] })
    this.#byId.delete(id)
  }

  async #write(name: string, statement: Parameters<ControlDb['run']>[0]) {
    try {
      return await this.#db.run(statement)
    } catch (fault) {
      if (errorCode(fault) === 'control_db_conflict') throw nameTaken(name)
      throw fault
    }
  }
}

const contextOf = (uid: string) => `proxmox connection ${uid}`

function nameTaken(name: string): Refusal {
  return new Refusal(409, 'connection_name_taken', `A connection named ${name} exists already`, {
    errors: [{ path: 'name', message: 'is taken' }],
  })
}
