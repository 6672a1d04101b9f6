import { DAY } from '@lumen/model/time'
import type { Delivery } from '@lumen/protocol/http/channels'
import type { ControlDb } from '../control-db/control-db.ts'
import type { SqlValue } from '../control-db/statement.ts'
import { Refusal } from '../refusal.ts'
import { levelOfTitle } from './message/message.ts'

const PAGE = 100
const KEEP_SENT_MS = 30 * DAY
const KEEP_DEAD_MS = 90 * DAY
/** However new they are. */
const MOST_KEPT = 20_000

interface Row {
  id: number
  channel_id: number
  channel: string
  state: Delivery['state']
  title: string
  attempts: number
  created_at: number
  next_at: number | null
  sent_at: number | null
  fault: string | null
  alert_ids: string
}

const COLUMNS = `id, channel_id, channel, state, title, attempts, created_at, next_at, sent_at, fault,
  (SELECT json_group_array(DISTINCT alert_id) FROM outbox o WHERE o.delivery_id = deliveries.id) AS alert_ids`

/** Messages as people look them up. Reads go to the disk; nothing here is in memory. */
export class DeliveryLog {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** Newest first; `next` asks for the page after. */
  async page(wanted: {
    state?: Delivery['state'] | undefined
    alert?: number | undefined
    before?: number | undefined
  }): Promise<{ deliveries: Delivery[]; next: number | null }> {
    const { state, alert, before } = wanted
    const conditions: [sql: string, value: SqlValue][] = []
    if (state !== undefined) conditions.push(['state = ?', state])
    if (before !== undefined) conditions.push(['id < ?', before])
    if (alert !== undefined) {
      conditions.push(['id IN (SELECT delivery_id FROM outbox WHERE alert_id = ?)', alert])
    }
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`
    const rows = await this.#db.query<Row>(
      `SELECT ${COLUMNS} FROM deliveries ${where} ORDER BY id DESC LIMIT ${PAGE + 1}`,
      ...conditions.map(([, value]) => value),
    )
    const page = rows.slice(0, PAGE)
    return { deliveries: page.map(wireOf), next: rows.length > PAGE ? page.at(-1)!.id : null }
  }

  /** Makes one that was given up wait again, as if never tried.
   * @throws {Refusal} 404 `delivery_unknown`, 409 `delivery_not_dead`, `delivery_without_channel` */
  async revive(id: number, now: number): Promise<Delivery> {
    const before = await this.#find(id)
    if (before.state !== 'dead') {
      throw new Refusal(
        409,
        'delivery_not_dead',
        `The message is ${before.state}: only one that was given up can be sent again`,
      )
    }
    const [written] = await this.#db.run({
      sql: `UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = ?, fault = NULL
              WHERE id = ? AND state = 'dead' AND channel_id IN (SELECT id FROM channels)`,
      values: [now, id],
    })
    if (written?.changes === 0) {
      throw new Refusal(
        409,
        'delivery_without_channel',
        'The message cannot be sent: its channel does not exist any more',
      )
    }
    return this.#find(id)
  }

  /** Deletes what is old. Notices of alerts that are still open stay, for they say who has to hear of the end. */
  async prune(now: number): Promise<void> {
    await this.#db.run(
      {
        sql: `DELETE FROM deliveries WHERE (state = 'sent' AND created_at < ?) OR (state = 'dead' AND created_at < ?)
                OR (state != 'waiting' AND id <= (SELECT max(id) FROM deliveries) - ?)`,
        values: [now - KEEP_SENT_MS, now - KEEP_DEAD_MS, MOST_KEPT],
      },
      {
        sql: `DELETE FROM outbox WHERE delivery_id IS NOT NULL
                AND delivery_id NOT IN (SELECT id FROM deliveries)
                AND alert_id NOT IN (SELECT id FROM alerts WHERE state != 'resolved')`,
        values: [],
      },
    )
  }

  async #find(id: number): Promise<Delivery> {
    const [row] = await this.#db.query<Row>(`SELECT ${COLUMNS} FROM deliveries WHERE id = ?`, id)
    if (row === undefined) throw new Refusal(404, 'delivery_unknown', 'There is no message with this id')
    return wireOf(row)
  }
}

function wireOf({ alert_ids: alertIds, ...row }: Row): Delivery {
  return { ...row, level: levelOfTitle(row.title), alert_ids: JSON.parse(alertIds) as number[] }
}
