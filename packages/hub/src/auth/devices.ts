import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ControlDb } from '../control-db/control-db.ts'
import { randomSecret } from './secret-hash.ts'

/** Browsers somebody logged in from before. Each holds a mark, an id signed for one user, that gets it a count of
 * failed logins of its own: a stranger who keeps guessing at an account delays other strangers, not its owner. The
 * mark lets nobody in and outlives the session. (OWASP calls this device cookies.) */
export class Devices {
  readonly #key: string

  private constructor(key: string) {
    this.#key = key
  }

  /** With the key in control.db, made at the first start. */
  static async open(db: ControlDb): Promise<Devices> {
    const [row] = db.read<{ value: string }>(`SELECT value FROM settings WHERE key = 'device_key'`)
    const known = row === undefined ? undefined : (JSON.parse(row.value) as unknown)
    if (typeof known === 'string' && known !== '') return new Devices(known)
    const key = randomSecret(32)
    await db.run({
      sql: `INSERT INTO settings (key, value) VALUES ('device_key', ?)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      values: [JSON.stringify(key)],
    })
    return new Devices(key)
  }

  /** A new mark for a browser of this user. */
  mark(userId: number): string {
    const id = randomSecret(16)
    return `${id}.${this.#sign(userId, id)}`
  }

  /** The id in a mark, or undefined when it was not made here for this user. */
  idOf(mark: string | undefined, userId: number): string | undefined {
    const [id, signature, ...more] = mark?.split('.') ?? []
    if (id === undefined || signature === undefined || more.length > 0) return undefined
    const wanted = Buffer.from(this.#sign(userId, id))
    const given = Buffer.from(signature)
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? id : undefined
  }

  #sign(userId: number, id: string): string {
    return createHmac('sha256', this.#key).update(`${userId}.${id}`).digest('base64url')
  }
}
