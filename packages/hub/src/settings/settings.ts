import { COLLECTOR_SWITCHES } from '@lumen/protocol/agent/collector-switches'
import type { CollectorWishes, Policy } from '@lumen/protocol/agent/policy'
import { settingsSchema, type Settings as WireSettings } from '@lumen/protocol/http/settings'
import { DEFAULT_RETENTION } from '@lumen/tsdb/retention'
import { DEFAULT_INTERVAL_MS } from '../config/hub-config.ts'
import type { ControlDb } from '../control-db/control-db.ts'

const DEFAULTS: Omit<WireSettings, 'budget'> = {
  interval_ms: DEFAULT_INTERVAL_MS,
  collectors: {},
  retention: {
    ram_ms: DEFAULT_RETENTION.ramMs,
    hot_ms: DEFAULT_RETENTION.hotMs,
    cold_ms: DEFAULT_RETENTION.coldMs,
    cold_ms_by_entity: {},
  },
  backups: { directory: null, every_hours: 24, keep: 7 },
  heartbeat: { url: null, every_ms: 60_000 },
}

/** What an admin set, and the policy agents get from it. The policy's `rev` rises when interval or collectors change. */
export class Settings {
  readonly #db: ControlDb
  #settings: WireSettings
  #policy: Policy

  /** @param minFreeBytes the budget's floor until an admin sets one */
  constructor(db: ControlDb, minFreeBytes: number) {
    this.#db = db
    const rows = db.read<{ key: string; value: string }>('SELECT key, value FROM settings')
    const values = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]))
    const budget = { max_bytes: null, min_free_bytes: minFreeBytes }
    this.#settings = readStored(values, { ...DEFAULTS, budget })
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
    const before = this.#settings
    const isNewInterval = (wanted.interval_ms ?? before.interval_ms) !== before.interval_ms
    const isNewCollectors = wanted.collectors !== undefined && !isSame(wanted.collectors, before.collectors)
    const rev = this.#policy.rev + (isNewInterval || isNewCollectors ? 1 : 0)
    await this.#db.run(
      ...Object.entries({ ...given, policy_rev: rev }).map(([key, value]) => ({
        sql: 'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        values: [key, JSON.stringify(value)],
      })),
    )
    // Another change may have been stored meanwhile: what it named stays.
    this.#settings = { ...this.#settings, ...given }
    this.#policy = policyOf(this.#settings, rev)
  }
}

function isSame(one: CollectorWishes, other: CollectorWishes): boolean {
  return COLLECTOR_SWITCHES.every((name) => one[name] === other[name])
}

/** A stored value that an older or newer program would not write counts as not set. */
function readStored(stored: Record<string, unknown>, defaults: WireSettings): WireSettings {
  const known = Object.keys(defaults).map((key) => {
    const name = key as keyof WireSettings
    const parsed = settingsSchema.shape[name].safeParse(stored[name])
    return [name, parsed.success ? parsed.data : defaults[name]]
  })
  return Object.fromEntries(known) as WireSettings
}

function policyOf({ interval_ms, collectors }: WireSettings, rev: number): Policy {
  return { rev, interval_ms, collectors: { ...collectors } }
}
