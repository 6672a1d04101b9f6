import type { Clock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import type { z } from 'zod'
import type { ControlDb } from '../../control-db/control-db.ts'

type Row = { id: number; spec: string; created_by: string; created_at: number }

/** Something a person asked for, as they wrote it. */
export interface Entry<Spec> {
  readonly id: number
  readonly spec: Spec
  readonly created_by: string
  /** Epoch ms. */
  readonly created_at: number
}

export interface SpecTableParts<Spec> {
  table: 'silences' | 'maintenance'
  schema: z.ZodType<Spec>
  db: ControlDb
  clock: Clock
  log: Log
}

/** A table of specs. Answers from memory; a change is in force once it is on the disk. */
export class SpecTable<Spec> {
  readonly #parts: SpecTableParts<Spec>
  readonly #entries = new Map<number, Entry<Spec>>()
  /** Something was added, changed or removed. */
  onChange: () => void = () => {}

  constructor(parts: SpecTableParts<Spec>) {
    const { table, schema, db, log } = parts
    this.#parts = parts
    for (const { id, spec, ...made } of db.read<Row>(`SELECT * FROM ${table} ORDER BY id`)) {
      const parsed = schema.safeParse(JSON.parse(spec))
      if (parsed.success) this.#entries.set(id, { id, spec: parsed.data, ...made })
      else log.warn(`an entry of ${table} is not of this program's making and keeps nothing quiet`, { id })
    }
  }

  get(id: number): Entry<Spec> | undefined {
    return this.#entries.get(id)
  }

  list(): IterableIterator<Entry<Spec>> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }

  async add(spec: Spec, createdBy: string): Promise<Entry<Spec>> {
    const { table, db, clock } = this.#parts
    const made = { created_by: createdBy, created_at: clock.now() }
    const [written] = await db.run({
      sql: `INSERT INTO ${table} (spec, created_by, created_at) VALUES (?, ?, ?)`,
      values: [JSON.stringify(spec), made.created_by, made.created_at],
    })
    return this.#hold({ id: written!.rowId, spec, ...made })
  }

  /** Undefined: it was removed meanwhile. */
  async replace(id: number, spec: Spec): Promise<Entry<Spec> | undefined> {
    const { table, db } = this.#parts
    await db.run({ sql: `UPDATE ${table} SET spec = ? WHERE id = ?`, values: [JSON.stringify(spec), id] })
    const before = this.#entries.get(id)
    return before === undefined ? undefined : this.#hold({ ...before, spec })
  }

  async remove(...ids: readonly number[]): Promise<void> {
    const { table, db } = this.#parts
    await db.run(...ids.map((id) => ({ sql: `DELETE FROM ${table} WHERE id = ?`, values: [id] })))
    for (const id of ids) this.#entries.delete(id)
    this.onChange()
  }

  #hold(entry: Entry<Spec>): Entry<Spec> {
    this.#entries.set(entry.id, entry)
    this.onChange()
    return entry
  }
}
