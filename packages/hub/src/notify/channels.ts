import type { Channel, ChannelSpec } from '@lumen/protocol/http/channels'
import type { Clock } from '@lumen/std/clock'
import { errorCode } from '@lumen/std/error'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Statement } from '../control-db/statement.ts'
import { Refusal } from '../refusal.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import { type OpenSecrets, openSecrets, sealSecrets } from './channel-secrets.ts'
import { checkChannel } from './check-channel.ts'

/** A channel as the hub works with it. */
export interface ChannelRecord {
  id: number
  spec: Omit<ChannelSpec, 'secrets'>
  secrets: OpenSecrets
  /** Its secrets were sealed with a key this hub does not have. */
  isLost: boolean
  createdAt: number
}

interface Row {
  id: number
  spec: string
  secrets: string
  created_at: number
}

/** The ways people are told, kept in memory and in control.db, secrets sealed. Whether a channel is meant is decided in the
 * outbox's own statement (outbox.ts), which reads the same rows. */
export class Channels {
  readonly #db: ControlDb
  readonly #box: SecretBox
  readonly #clock: Clock
  readonly #channels = new Map<number, ChannelRecord>()
  #lastId: number
  /** Something about one changed; it may be gone. */
  onChange: (id: number) => void = () => {}

  constructor(db: ControlDb, box: SecretBox, clock: Clock) {
    this.#db = db
    this.#box = box
    this.#clock = clock
    for (const row of db.read<Row>('SELECT id, spec, secrets, created_at FROM channels ORDER BY id')) {
      this.#channels.set(row.id, {
        id: row.id,
        spec: JSON.parse(row.spec) as ChannelRecord['spec'],
        ...openSecrets(box, row.id, row.secrets),
        createdAt: row.created_at,
      })
    }
    const [last] = db.read<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'channels'")
    this.#lastId = last?.seq ?? 0
  }

  list(): ChannelRecord[] {
    return [...this.#channels.values()]
  }

  get(id: number): ChannelRecord | undefined {
    return this.#channels.get(id)
  }

  /** @throws {Refusal} 404 `channel_unknown` */
  known(id: number): ChannelRecord {
    const channel = this.#channels.get(id)
    if (channel === undefined) throw new Refusal(404, 'channel_unknown', 'There is no channel with this id')
    return channel
  }

  /** @throws {Refusal} 400 `channel_invalid`, 409 `channel_name_taken` */
  async add(given: ChannelSpec): Promise<ChannelRecord> {
    const { spec, secrets } = checkChannel(given)
    const id = ++this.#lastId
    const channel = { id, spec, secrets, isLost: false, createdAt: this.#clock.now() }
    await this.#write(
      {
        sql: 'INSERT INTO channels (id, name, kind, spec, secrets, created_at) VALUES (?, ?, ?, ?, ?, ?)',
        values: [id, spec.name, spec.kind, ...this.#stored(channel), channel.createdAt],
      },
      spec.name,
    )
    this.#channels.set(id, channel)
    this.onChange(id)
    return channel
  }

  /** @throws {Refusal} 404 `channel_unknown`, 400 `channel_invalid`, 409 `channel_name_taken` */
  async change(id: number, given: ChannelSpec): Promise<ChannelRecord> {
    const before = this.known(id)
    const { spec, secrets } = checkChannel(given, before)
    const channel = { ...before, spec, secrets, isLost: false }
    await this.#write(
      {
        sql: 'UPDATE channels SET name = ?, kind = ?, spec = ?, secrets = ? WHERE id = ?',
        values: [spec.name, spec.kind, ...this.#stored(channel), id],
      },
      spec.name,
    )
    this.#channels.set(id, channel)
    this.onChange(id)
    return channel
  }

  /** @param more written in the same transaction
   * @throws {Refusal} 404 `channel_unknown` */
  async remove(id: number, more: readonly Statement[]): Promise<void> {
    this.known(id)
    await this.#db.run(...more, { sql: 'DELETE FROM channels WHERE id = ?', values: [id] })
    this.#channels.delete(id)
    this.onChange(id)
  }

  #stored({ id, spec, secrets }: ChannelRecord): [spec: string, secrets: string] {
    return [JSON.stringify(spec), sealSecrets(this.#box, id, secrets)]
  }

  async #write(statement: Statement, name: string): Promise<void> {
    try {
      await this.#db.run(statement)
    } catch (fault) {
      if (errorCode(fault) !== 'control_db_conflict') throw fault
      throw new Refusal(409, 'channel_name_taken', `There is a channel called ${name} already`, {
        errors: [{ path: 'name', message: 'is taken' }],
      })
    }
  }
}

/** As the page sees it: of secrets, only which are set. */
export function wireOf(
  { id, spec, secrets, createdAt }: ChannelRecord,
  standing: Pick<Channel, 'last_sent_at' | 'fault'>,
): Channel {
  return { id, spec, secrets: Object.keys(secrets), created_at: createdAt, ...standing }
}
