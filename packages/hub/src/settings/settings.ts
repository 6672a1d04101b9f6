import type { Policy } from '@lumen/protocol/agent/policy'
import { settingsSchema, type Settings as WireSettings } from '@lumen/protocol/http/settings'
import { DEFAULT_RETENTION } from '@lumen/tsdb/retention'
import { DEFAULT_INTERVAL_MS } from '../config/hub-config.ts'
import type { ControlDb } from '../control-db/control-db.ts'

const DEFAULTS: WireSettings = {
  interval_ms: DEFAULT_INTERVAL_MS,
  retention: {
    ram_ms: DEFAULT_RETENTION.ramMs,
    hot_ms: DEFAULT_RETENTION.hotMs,
    cold_ms: DEFAULT_RETENTION.coldMs,
    cold_ms_by_entity: {},
  },
  budget: { max_bytes: null, min_free_bytes: 256 * 1024 * 1024 },
  backups: { directory: null, every_hours: 24, keep: 7 },
}

/** What an admin set, and the policy agents get from it. The policy's `rev` rises when the interval changes. */
export class Settings {
  readonly #db: ControlDb
  #settings: WireSettings
  #policy: Policy

  constructor(db: ControlDb) {
    this.#db = db
    const rows = db.read<{ key: string; value: string }>('SELECT key, value FROM settings')
    const values = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]))
    this.#settings = withDefaults(values)
    const rev = typeof values.policy_rev === 'number' ? values.policy_rev : 1
    this.#policy = policyOf(this.#settings, rev)
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

  /** Changes what is named; in force once it is stored. */
  async change(wanted: { [K in keyof WireSettings]?: WireSettings[K] | undefined }): Promise<void> {
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
    const next: WireSettings = { ...this.#settings, ...given }
    const rev = this.#policy.rev + (next.interval_ms === this.intervalMs ? 0 : 1)
    await this.#db.run(
      ...Object.entries({ ...given, policy_rev: rev }).map(([key, value]) => ({
        sql: 'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        values: [key, JSON.stringify(value)],
      })),
    )
    this.#settings = next
    this.#policy = policyOf(next, rev)
  }
}

/** A stored value that an older or newer program would not write counts as not set. */
function withDefaults(stored: Record<string, unknown>): WireSettings {
  const known = Object.keys(DEFAULTS).map((key) => {
    const name = key as keyof WireSettings
    const parsed = settingsSchema.shape[name].safeParse(stored[name])
    return [name, parsed.success ? parsed.data : DEFAULTS[name]]
  })
  return Object.fromEntries(known) as WireSettings
}

function policyOf({ interval_ms }: WireSettings, rev: number): Policy {
  return { rev, interval_ms, collectors: {} }
}
