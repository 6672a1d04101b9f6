import { HOUR } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../control-db/control-db.ts'
import { Refusal } from '../refusal.ts'
import { randomSecret, secretHash } from './secret-hash.ts'

export interface ApiKey {
  id: number
  name: string
  /** SHA-256 of the token, which only its user has. */
  tokenHash: string
  createdAt: number
  /** To the hour; null before the first use. */
  lastUsedAt: number | null
}

type Row = { id: number; name: string; token_hash: string; created_at: number; last_used_at: number | null }

/** How fresh `lastUsedAt` is kept; finer would write for every scrape. */
const TOUCH_MS = HOUR
const MOST_KEYS = 100
/** Apart from host tokens (`lum_`), so that neither is ever taken for the other. */
const PREFIX = 'lumk_'

/** Keys with which programs read: they may ask for history and /metrics, and change nothing. Answers from memory, writes
 * through to control.db. */
export class ApiKeys {
  readonly #db: ControlDb
  readonly #clock: Clock
  readonly #log: Log
  readonly #byHash = new Map<string, ApiKey>()

  constructor(db: ControlDb, clock: Clock, log: Log) {
    this.#db = db
    this.#clock = clock
    this.#log = log
    const rows = db.read<Row>(
      'SELECT id, name, token_hash, created_at, last_used_at FROM api_keys ORDER BY id',
    )
    for (const { id, name, token_hash, created_at, last_used_at } of rows) {
      const key = { id, name, tokenHash: token_hash, createdAt: created_at, lastUsedAt: last_used_at }
      this.#byHash.set(token_hash, key)
    }
  }

  list(): ApiKey[] {
    return [...this.#byHash.values()]
  }

  /** Makes a key and answers its token, the only time it exists on this side.
   * @throws {Refusal} 409 `key_name_taken`, `keys_full` */
  async add(name: string): Promise<{ key: ApiKey; token: string }> {
    if (this.#byHash.size >= MOST_KEYS) {
      throw new Refusal(409, 'keys_full', `There are ${MOST_KEYS} keys, which is the limit: delete one first`)
    }
    const token = `${PREFIX}${randomSecret(45)}`
    const tokenHash = secretHash(token)
    const createdAt = this.#clock.now()
    try {
      const [written] = await this.#db.run({
        sql: 'INSERT INTO api_keys (name, token_hash, created_at) VALUES (?, ?, ?)',
        values: [name, tokenHash, createdAt],
      })
      const key = { id: written!.rowId, name, tokenHash, createdAt, lastUsedAt: null }
      this.#byHash.set(tokenHash, key)
      return { key, token }
    } catch (fault) {
      if (errorCode(fault) !== 'control_db_conflict') throw fault
      throw new Refusal(409, 'key_name_taken', `A key named ${name} exists already`, {
        cause: fault,
        errors: [{ path: 'name', message: 'is taken' }],
      })
    }
  }

  /** The key of an Authorization header, marked used; undefined when it names none. */
  find(header: string | null): ApiKey | undefined {
    const token = header?.match(/^Bearer +(\S+) *$/i)?.[1]
    if (token === undefined || !token.startsWith(PREFIX)) return undefined
    const key = this.#byHash.get(secretHash(token))
    const now = this.#clock.now()
    if (key !== undefined && now - (key.lastUsedAt ?? 0) >= TOUCH_MS) this.#touch(key, now)
    return key
  }

  /** It opens nothing from here on, whatever the disk does.
   * @throws {Refusal} 404 `key_unknown` */
  async remove(id: number): Promise<void> {
    const key = this.list().find((each) => each.id === id)
    if (key === undefined) throw new Refusal(404, 'key_unknown', 'There is no key with this id')
    this.#byHash.delete(key.tokenHash)
    await this.#db.run({ sql: 'DELETE FROM api_keys WHERE id = ?', values: [id] })
  }

  #touch(key: ApiKey, now: number): void {
    key.lastUsedAt = now
    this.#db
      .run({ sql: 'UPDATE api_keys SET last_used_at = ? WHERE id = ?', values: [now, key.id] })
      .catch((fault) => this.#log.warn('use of a key not noted', { fault: errorMessage(fault) }))
  }
}
