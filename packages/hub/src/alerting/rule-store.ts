import { type RuleSpec, ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import type { Clock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../control-db/control-db.ts'
import { RULE_TEMPLATES } from './templates.ts'

type Row = { id: number; spec: string; template: string | null; created_at: number; changed_at: number }

/** A rule as control.db keeps it. A change makes a new one. */
export interface StoredRule {
  readonly id: number
  readonly spec: RuleSpec
  /** Name of the template it was made from, or null. */
  readonly template: string | null
  readonly createdAt: number
  readonly changedAt: number
}

const SEEDED = 'alert_templates'

/** The rules. Answers from memory; a change is in force once it is on the disk. */
export class RuleStore {
  readonly #parts: { db: ControlDb; clock: Clock }
  readonly #rules = new Map<number, StoredRule>()
  /** A rule was added, changed (`before`) or deleted (`now` undefined). */
  onChange: (before: StoredRule | undefined, now: StoredRule | undefined) => void = () => {}

  private constructor(parts: { db: ControlDb; clock: Clock; log: Log }) {
    this.#parts = parts
    for (const row of parts.db.read<Row>('SELECT * FROM alert_rules ORDER BY id')) {
      const spec = ruleSpecSchema.safeParse(JSON.parse(row.spec))
      if (spec.success) this.#hold(row.id, spec.data, row.template, row.created_at, row.changed_at)
      else
        parts.log.warn('an alert rule is not of this program’s making and stays out of force', { id: row.id })
    }
  }

  /** Reads them, with the templates this hub has never had; one that was deleted does not come back. */
  static async open(parts: { db: ControlDb; clock: Clock; log: Log }): Promise<RuleStore> {
    const store = new RuleStore(parts)
    const [known] = parts.db.read<{ value: string }>(`SELECT value FROM settings WHERE key = '${SEEDED}'`)
    const seeded = known === undefined ? [] : (JSON.parse(known.value) as string[])
    const missing = RULE_TEMPLATES.filter(({ template }) => !seeded.includes(template))
    if (missing.length > 0)
      await store.#seed(missing, [...seeded, ...missing.map(({ template }) => template)])
    return store
  }

  get(id: number): StoredRule | undefined {
    return this.#rules.get(id)
  }

  get size(): number {
    return this.#rules.size
  }

  list(): IterableIterator<StoredRule> {
    return this.#rules.values()
  }

  /** Names of the rules that tell a channel by its id. */
  naming(channelId: number): string[] {
    return Array.from(this.#rules.values())
      .filter(({ spec: { channels, escalate } }) =>
        [...(channels ?? []), ...(escalate?.channels ?? [])].includes(channelId),
      )
      .map(({ spec }) => spec.name)
  }

  async add(spec: RuleSpec): Promise<StoredRule> {
    const at = this.#parts.clock.now()
    const [written] = await this.#parts.db.run({
      sql: 'INSERT INTO alert_rules (spec, template, created_at, changed_at) VALUES (?, NULL, ?, ?)',
      values: [JSON.stringify(spec), at, at],
    })
    const rule = this.#hold(written!.rowId, spec, null, at, at)
    this.onChange(undefined, rule)
    return rule
  }

  /** Undefined: it was deleted meanwhile. */
  async replace(id: number, spec: RuleSpec): Promise<StoredRule | undefined> {
    const at = this.#parts.clock.now()
    await this.#parts.db.run({
      sql: 'UPDATE alert_rules SET spec = ?, changed_at = ? WHERE id = ?',
      values: [JSON.stringify(spec), at, id],
    })
    const before = this.#rules.get(id)
    if (before === undefined) return undefined
    const rule = this.#hold(id, spec, before.template, before.createdAt, at)
    this.onChange(before, rule)
    return rule
  }

  async remove(id: number): Promise<void> {
    await this.#parts.db.run({ sql: 'DELETE FROM alert_rules WHERE id = ?', values: [id] })
    const before = this.#rules.get(id)
    if (!this.#rules.delete(id)) return
    this.onChange(before, undefined)
  }

  async #seed(templates: typeof RULE_TEMPLATES, seeded: readonly string[]): Promise<void> {
    const at = this.#parts.clock.now()
    const written = await this.#parts.db.run(
      ...templates.map(({ template, spec }) => ({
        sql: 'INSERT INTO alert_rules (spec, template, created_at, changed_at) VALUES (?, ?, ?, ?)',
        values: [JSON.stringify(spec), template, at, at],
      })),
      {
        sql: 'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        values: [SEEDED, JSON.stringify(seeded)],
      },
    )
    templates.forEach(({ template, spec }, index) => {
      this.#hold(written[index]!.rowId, spec, template, at, at)
    })
  }

  #hold(
    id: number,
    spec: RuleSpec,
    template: string | null,
    createdAt: number,
    changedAt: number,
  ): StoredRule {
    const rule: StoredRule = { id, spec, template, createdAt, changedAt }
    this.#rules.set(id, rule)
    return rule
  }
}
