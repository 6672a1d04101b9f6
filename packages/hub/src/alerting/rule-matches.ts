import type { RuleMatch, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { matchesGlob } from '@lumen/std/glob'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import { type Check, checksOf, hubChecksOf } from './check.ts'
import type { Dependents } from './dependents.ts'
import type { DerivedValue } from './derived/derived-values.ts'
import { levelOf } from './evaluate.ts'
import type { HubTrouble } from './hub-troubles.ts'
import { presenceLevel } from './presence-level.ts'
import { readRow, unitValue } from './read-sample.ts'
import type { StoredRule } from './rule-store.ts'
import { Subject } from './subject.ts'

export interface MatchParts {
  registry: HostRegistry
  presence: PresenceBoard
  dependents: Dependents
  tsdb: Tsdb
  isOutdated(host: HostRecord): boolean | undefined
  troubles(): readonly HubTrouble[]
  /** Connections to Proxmox; backup servers alone with `pbs`. */
  connections(kind?: 'pbs'): number
  /** Numbers worked out from history now. */
  derived(check: Check): Promise<readonly DerivedValue[]>
}

/** Hosts for which numbers are worked out from history while somebody looks; of the others they are unknown. */
const MOST_DERIVED = 20

/** What a rule looks at now, and how that stands without its duration: those in trouble first. */
export async function matchesOf(spec: RuleSpec, parts: MatchParts): Promise<RuleMatch[]> {
  const rule: StoredRule = {
    id: 0,
    spec: { ...spec, is_enabled: true },
    template: null,
    createdAt: 0,
    changedAt: 0,
  }
  const matches = hubMatches(rule, parts)
  let derivedLeft = MOST_DERIVED
  for (const host of parts.registry.list()) {
    for (const check of checksOf(rule, host)) {
      if (check.source.kind !== 'derived') {
        matches.push(...hostMatches(check, host, parts))
        continue
      }
      const values = derivedLeft-- > 0 ? await parts.derived(check) : []
      matches.push(...derivedMatches(check, host, values, parts))
    }
  }
  return matches.sort((one, other) => rank(other) - rank(one))
}

/** How many things a rule looks at now. */
export function countSubjects(
  rule: StoredRule,
  parts: Pick<MatchParts, 'registry' | 'tsdb' | 'connections'>,
): number {
  let count = sum(hubChecksOf(rule).map((check) => countOfHub(check, parts)))
  for (const host of parts.registry.list()) {
    for (const check of checksOf(rule, host)) {
      count += check.source.kind === 'presence' ? 1 : countThings(check, parts.tsdb.latest(host.id))
    }
  }
  return count
}

function hubMatches(rule: StoredRule, parts: MatchParts): RuleMatch[] {
  return hubChecksOf(rule).flatMap((check): RuleMatch[] => {
    const { source, key: glob } = check
    if (source.kind !== 'hub' || countOfHub(check, parts) === 0) return []
    const now = parts.troubles().filter(({ state, key }) => state === source.state && matchesGlob(glob, key))
    const about = { host_id: null, host: 'Hub', entity: 'hub', value: null }
    if (now.length === 0) return [{ ...about, key: '', level: null }]
    return now.map(({ key }) => ({ ...about, key, level: source.level }))
  })
}

/** The hub is one thing; what it is connected to is there only where it is. */
function countOfHub({ source }: Check, { connections }: Pick<MatchParts, 'connections'>): number {
  if (source.kind !== 'hub') return 0
  if (source.state === 'hub_backup_server') return connections('pbs')
  return source.state === 'hub_proxmox' || source.state === 'hub_certificate' ? connections() : 1
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

function hostMatches(check: Check, host: HostRecord, parts: MatchParts): RuleMatch[] {
  const about = { host_id: host.id, host: host.name, entity: check.entity }
  if (check.source.kind === 'presence') {
    const { level } = presenceLevel(check, host, parts, true)
    return [{ ...about, key: '', value: null, level: level ?? null }]
  }
  const sample = parts.tsdb.latest(host.id)
  const rows = rowsOf(check, sample)
  if (rows.length === 0)
    return namesOnlyTrouble(check, sample) ? [{ ...about, key: '', value: null, level: null }] : []
  return rows.map((row) => {
    const subject = new Subject(check, row.key, sample?.ts ?? 0)
    const level = readRow(subject, row, sample?.ts ?? 0)
    return { ...about, key: row.key, value: unitValue(subject), level: level ?? null }
  })
}

function derivedMatches(
  check: Check,
  host: HostRecord,
  values: readonly DerivedValue[],
  { tsdb }: MatchParts,
): RuleMatch[] {
  const about = { host_id: host.id, host: host.name, entity: check.entity }
  return keysOf(check, host.id, tsdb).map((key) => {
    const value = values.find((known) => known.key === key)?.value ?? Number.NaN
    const level = check.thresholds === null ? null : levelOf(check.thresholds, value, null)
    return { ...about, key, value: Number.isFinite(value) ? value : null, level: level ?? null }
  })
}

function countThings(check: Check, sample: ReturnType<Tsdb['latest']>): number {
  return rowsOf(check, sample).length || (namesOnlyTrouble(check, sample) ? 1 : 0)
}

/** Of a host whose readings name only what is wrong the host itself is what a rule looks at while nothing is. */
function namesOnlyTrouble({ source }: Check, sample: ReturnType<Tsdb['latest']>): boolean {
  return sample !== undefined && source.kind === 'row' && source.state.isGoodWithoutRow === true
}

function keysOf(check: Check, hostId: number, tsdb: Tsdb): string[] {
  return rowsOf(check, tsdb.latest(hostId)).map(({ key }) => key)
}

function rowsOf(check: Check, sample: ReturnType<Tsdb['latest']>) {
  const rows = sample?.rows ?? []
  return rows.filter(({ entity, key }) => entity === check.entity && matchesGlob(check.key, key))
}

function rank({ level }: RuleMatch): number {
  if (level === null) return 0
  return level === 'warning' ? 1 : 2
}
