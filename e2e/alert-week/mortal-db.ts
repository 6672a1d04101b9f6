import type { ControlDb } from '@lumen/hub/control-db/control-db'
import type { Statement } from '@lumen/hub/control-db/statement'

/** Where a hub dies: before a transaction is on the disk, or after, before anybody hears of it. */
export type Strike = 'before' | 'after'

/** A control.db whose process can be killed between any two things it does. From then on nothing it is asked reaches the
 * disk; what was committed is there for the next. */
export class MortalDb implements ControlDb {
  readonly #db: ControlDb
  #isDead = false
  #death: { strike: Strike; inWrites: number } | undefined
  /** The transaction it died at. */
  struckAt: readonly Statement[] = []
  readonly died = Promise.withResolvers<void>()

  constructor(db: ControlDb) {
    this.#db = db
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Dies at the write after so many more. */
  doom(strike: Strike, inWrites: number): void {
    this.#death = { strike, inWrites }
  }

  kill(): void {
    this.#isDead = true
    this.died.resolve()
  }

  read<Row>(sql: string): Row[] {
    return this.#db.read(sql)
  }

  async query<Row>(sql: string, ...values: Parameters<ControlDb['query']>[1][]): Promise<Row[]> {
    this.#refuseIfDead()
    const rows = await this.#db.query<Row>(sql, ...values)
    this.#refuseIfDead()
    return rows
  }

  async run(...batch: Statement[]) {
    this.#refuseIfDead()
    const death = this.#death
    const isStruck = death !== undefined && death.inWrites-- <= 0
    if (isStruck) this.struckAt = batch
    if (isStruck && death.strike === 'before') this.kill()
    this.#refuseIfDead()
    const results = await this.#db.run(...batch)
    if (isStruck) this.kill()
    this.#refuseIfDead()
    return results
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db[Symbol.asyncDispose]()
  }

  #refuseIfDead(): void {
    if (this.#isDead) throw new Error('the process was killed')
  }
}
