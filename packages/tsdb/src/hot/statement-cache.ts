import type { Database, Statement } from 'bun:sqlite'

/** Prepared statements by name; of more than `limit` the one unused for longest is given up. */
export class StatementCache {
  readonly #db: Database
  readonly #limit: number
  readonly #statements = new Map<string, Statement>()

  constructor(db: Database, limit: number) {
    this.#db = db
    this.#limit = limit
  }

  /** @param sql told when it is not known yet */
  get(name: string, sql: () => string): Statement {
    const known = this.#statements.get(name)
    this.#statements.delete(name)
    const statement = known ?? this.#db.prepare(sql())
    this.#statements.set(name, statement)
    if (this.#statements.size > this.#limit) {
      const [oldest, unused] = [...this.#statements][0]!
      this.#statements.delete(oldest)
      unused.finalize()
    }
    return statement
  }

  finalize(): void {
    for (const statement of this.#statements.values()) statement.finalize()
    this.#statements.clear()
  }
}
