import type { Policy } from '@lumen/protocol/agent/policy'
import { settingsSchema, type Settings as WireSettings } from '@lumen/protocol/http/settings'
import { DEFAULT_INTERVAL_MS } from '../config/hub-config.ts'
import type { ControlDb } from '../control-db/control-db.ts'

const stored = settingsSchema.partial()

/** What an admin set, and the policy agents get from it. The policy's `rev` rises with each change. */
export class Settings {
  readonly #db: ControlDb
  #settings: WireSettings
  #policy: Policy

  constructor(db: ControlDb) {
    this.#db = db
    const rows = db.read<{ key: string; value: string }>('SELECT key, value FROM settings')
    const values = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]))
    const known = stored.safeParse(values)
    this.#settings = { interval_ms: (known.success ? known.data.interval_ms : null) ?? DEFAULT_INTERVAL_MS }
    this.#policy = policyOf(this.#settings, typeof values.policy_rev === 'number' ? values.policy_rev : 1)
  }

  get wire(): WireSettings {
    return this.#settings
  }

  get policy(): Policy {
    return this.#policy
  }

  get intervalMs(): number {
    return this.#settings.interval_ms
  }

  async change(wanted: WireSettings): Promise<void> {
    if (wanted.interval_ms === this.#settings.interval_ms) return
    const rev = this.#policy.rev + 1
    await this.#db.run(
      ...Object.entries({ ...wanted, policy_rev: rev }).map(([key, value]) => ({
        sql: 'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        values: [key, JSON.stringify(value)],
      })),
    )
    this.#settings = { ...wanted }
    this.#policy = policyOf(wanted, rev)
  }
}

function policyOf({ interval_ms }: WireSettings, rev: number): Policy {
  return { rev, interval_ms, collectors: {} }
}
