import { errorCode, LumenError } from '@lumen/std/error'
import type { ControlDb } from '../control-db/control-db.ts'

export interface User {
  id: number
  name: string
  passwordHash: string
  createdAt: number
}

type Row = { id: number; name: string; password_hash: string; created_at: number }

/** People who may log in; names ignore case. Answers from memory, writes through to control.db. */
export class Users {
  readonly #db: ControlDb
  readonly #byName = new Map<string, User>()
  readonly #byId = new Map<number, User>()

  constructor(db: ControlDb) {
    this.#db = db
    for (const row of db.read<Row>('SELECT id, name, password_hash, created_at FROM users')) {
      this.#remember({
        id: row.id,
        name: row.name,
        passwordHash: row.password_hash,
        createdAt: row.created_at,
      })
    }
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0
  }

  find(name: string): User | undefined {
    return this.#byName.get(name.toLowerCase())
  }

  get(id: number): User | undefined {
    return this.#byId.get(id)
  }

  list(): User[] {
    return [...this.#byId.values()]
  }

  /** @throws {LumenError} `user_name_taken` */
  async add(name: string, passwordHash: string, createdAt: number): Promise<User> {
    try {
      const [written] = await this.#db.run({
        sql: 'INSERT INTO users (name, password_hash, created_at) VALUES (?, ?, ?)',
        values: [name, passwordHash, createdAt],
      })
      return this.#remember({ id: written!.rowId, name, passwordHash, createdAt })
    } catch (fault) {
      if (errorCode(fault) !== 'control_db_conflict') throw fault
      throw new LumenError('user_name_taken', `A user named ${name} exists already`, { cause: fault })
    }
  }

  async setPassword(user: User, passwordHash: string): Promise<void> {
    await this.#db.run({
      sql: 'UPDATE users SET password_hash = ? WHERE id = ?',
      values: [passwordHash, user.id],
    })
    user.passwordHash = passwordHash
  }

  /** Memory first: nobody logs in by that name from here on in this run. */
  async remove(user: User): Promise<void> {
    this.#byName.delete(user.name.toLowerCase())
    this.#byId.delete(user.id)
    await this.#db.run({ sql: 'DELETE FROM users WHERE id = ?', values: [user.id] })
  }

  #remember(user: User): User {
    this.#byName.set(user.name.toLowerCase(), user)
    this.#byId.set(user.id, user)
    return user
  }
}
