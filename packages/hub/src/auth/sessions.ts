import { DAY, HOUR } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../control-db/control-db.ts'
import { randomSecret, secretHash } from './secret-hash.ts'

export const SESSION_IDLE_MS = 30 * DAY
export const SESSION_MAX_MS = 90 * DAY
/** How fresh `lastUsedAt` is kept on disk; finer would write for every click. */
const TOUCH_MS = HOUR
const MAX_PER_USER = 100
/** How long a login waits for a slow disk. */
const DISK_WAIT_MS = 2_000

export interface Session {
  /** SHA-256 of the token; the token itself is only in the browser. */
  tokenHash: string
  userId: number
  createdAt: number
  lastUsedAt: number
}

type Row = { token_hash: string; user_id: number; created_at: number; last_used_at: number }

/** Logged-in browsers. A session ends 30 days after its last use, 90 days after its start, or when revoked;
 * `onEnd` hears of each end so that its live sockets can be closed. */
export class Sessions {
  readonly #db: ControlDb
  readonly #clock: Clock
  readonly #log: Log
  readonly #byHash = new Map<string, Session>()
  onEnd: (tokenHash: string) => void = () => {}

  constructor(db: ControlDb, clock: Clock, log: Log) {
    this.#db = db
    this.#clock = clock
    this.#log = log
    const rows = db.read<Row>('SELECT token_hash, user_id, created_at, last_used_at FROM sessions')
    for (const row of rows) {
      this.#byHash.set(row.token_hash, {
        tokenHash: row.token_hash,
        userId: row.user_id,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at,
      })
    }
  }

  /** Starts a session and answers its token, the only time it exists on this side. It counts from here on, before
   * it is on the disk: whoever ends the user's sessions meanwhile ends it too, and a full or stalled disk keeps
   * nobody out who comes to see what is wrong. */
  async start(userId: number): Promise<string> {
    const token = randomSecret(32)
    const now = this.#clock.now()
    const session = { tokenHash: secretHash(token), userId, createdAt: now, lastUsedAt: now }
    this.#endQuietly(this.#oldestOf(userId))
    this.#byHash.set(session.tokenHash, session)
    const written = this.#db.run({
      sql: 'INSERT INTO sessions (token_hash, user_id, created_at, last_used_at) VALUES (?, ?, ?, ?)',
      values: [session.tokenHash, userId, now, now],
    })
    const kept = written.catch((fault) =>
      this.#log.warn('session lasts only until the hub stops', { fault: errorMessage(fault) }),
    )
    await settledWithin(kept, DISK_WAIT_MS)
    return token
  }

  /** The live session of a token, and marks it used. */
  find(token: string): Session | undefined {
    const session = this.#byHash.get(secretHash(token))
    if (session === undefined) return undefined
    const now = this.#clock.now()
    if (isOver(session, now)) {
      this.#endQuietly([session])
      return undefined
    }
    if (now - session.lastUsedAt >= TOUCH_MS) this.#touch(session, now)
    return session
  }

  /** Those of a user that have not run out. */
  ofUser(userId: number): readonly Session[] {
    const now = this.#clock.now()
    return this.#of(userId).filter((session) => !isOver(session, now))
  }

  async end(session: Session): Promise<void> {
    await this.#end([session])
  }

  /** Ends every session of a user but `except`. */
  async endOfUser(userId: number, except?: Session): Promise<void> {
    await this.#end(this.#of(userId).filter((session) => session.tokenHash !== except?.tokenHash))
  }

  /** Ends what has run out; called now and then so that sockets of an expired session close. */
  sweep(): void {
    const now = this.#clock.now()
    this.#endQuietly([...this.#byHash.values()].filter((session) => isOver(session, now)))
  }

  #of(userId: number): Session[] {
    return [...this.#byHash.values()].filter((session) => session.userId === userId)
  }

  /** Those that must go so that one more fits. */
  #oldestOf(userId: number): Session[] {
    const sessions = this.#of(userId).sort((a, b) => b.lastUsedAt - a.lastUsedAt)
    return sessions.slice(MAX_PER_USER - 1)
  }

  /** Memory first: whatever the disk does, the token is worth nothing from here on in this run. */
  async #end(sessions: readonly Session[]): Promise<void> {
    if (sessions.length === 0) return
    for (const { tokenHash } of sessions) {
      this.#byHash.delete(tokenHash)
      this.onEnd(tokenHash)
    }
    await this.#db.run(
      ...sessions.map(({ tokenHash }) => ({
        sql: 'DELETE FROM sessions WHERE token_hash = ?',
        values: [tokenHash],
      })),
    )
  }

  #endQuietly(sessions: readonly Session[]): void {
    this.#end(sessions).catch((fault) =>
      this.#log.warn('session not removed', { fault: errorMessage(fault) }),
    )
  }

  #touch(session: Session, now: number): void {
    session.lastUsedAt = now
    this.#db
      .run({
        sql: 'UPDATE sessions SET last_used_at = ? WHERE token_hash = ?',
        values: [now, session.tokenHash],
      })
      .catch((fault) => this.#log.warn('session use not recorded', { fault: errorMessage(fault) }))
  }
}

function isOver(session: Session, now: number): boolean {
  return now - session.lastUsedAt > SESSION_IDLE_MS || now - session.createdAt > SESSION_MAX_MS
}

async function settledWithin(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
