import type { EntityRow } from '@lumen/model/sample'
import { type Facts, factsSchema } from '@lumen/protocol/agent/facts'
import { isObject } from '@lumen/std/is-object'
import { type Loose, type LooseRow, looseRow } from './loose-row.ts'
import { parseRfc3339 } from './rfc3339.ts'

export interface DecodedSnapshot {
  /** Epoch ms; undefined when missing or unreadable. */
  ts: number | undefined
  rows: EntityRow[]
  facts: Facts | null
  agentVersion: string | null
  /** Values and rows that could not be used. */
  dropped: number
}

const MIB = 1024 * 1024
const MOST = { cores: 256, containers: 500, gpus: 64, processes: 50 }
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: 'x64' }

/** Reads one snapshot of the older Go agent. Nothing in it is fatal: numbers are clamped, words cut, unusable parts
 * left out and counted. A number it leaves out is 0 to that agent; 0 means unknown for temperatures, limits, and
 * for all four rates at once, which is its first frame. Its `host` says nothing: the token decides. */
export function decodeSnapshot(raw: unknown): DecodedSnapshot {
  if (!isObject(raw)) return { ts: undefined, rows: [], facts: null, agentVersion: null, dropped: 1 }
  const system = isObject(raw.system) ? raw.system : {}
  const loose: LooseRow[] = [
    hostRow(raw, system),
    ...listOf(raw.cpu_per_core, MOST.cores).map((value, index) =>
      looseRow('core', String(index), { cpu_pct: value }),
    ),
    ...keyed(listOf(raw.containers, MOST.containers), 'name').map(([name, container]) =>
      looseRow(
        'container',
        name,
        {
          cpu_pct: container.cpu_pct,
          mem_used_bytes: container.mem_used_bytes,
          mem_limit_bytes: knownAboveZero(container.mem_limit_bytes),
          mem_pct: container.mem_pct,
        },
        { id: container.id, image: container.image, state: container.state },
      ),
    ),
    ...keyed(listOf(raw.gpus, MOST.gpus), 'index').map(([index, gpu]) =>
      looseRow(
        'gpu',
        index,
        {
          util_pct: gpu.util_pct,
          mem_used_bytes: times(gpu.mem_used_mb, MIB),
          mem_total_bytes: times(gpu.mem_total_mb, MIB),
          temp_celsius: knownAboveZero(gpu.temp_c),
        },
        { name: gpu.name },
      ),
    ),
    ...listOf(raw.processes, MOST.processes)
      .filter(isObject)
      .map((process, rank) =>
        looseRow(
          'process',
          String(rank + 1),
          { pid: process.pid, cpu_pct: process.cpu_pct, rss_bytes: times(process.rss_mb, MIB) },
          { name: process.name, user: process.user },
        ),
      ),
  ]
  return {
    ts: parseRfc3339(raw.ts),
    rows: loose.map(({ row }) => row),
    facts: factsOf(system),
    agentVersion: wordOf(system.agent_version, 64) ?? null,
    dropped: loose.reduce((sum, { dropped }) => sum + dropped, 0),
  }
}

function hostRow(raw: Loose, system: Loose): LooseRow {
  const rates = [raw.net_rx_bps, raw.net_tx_bps, raw.disk_r_bps, raw.disk_w_bps]
  const isFirstFrame = rates.every((rate) => rate === undefined || rate === 0)
  const rate = (value: unknown) => (isFirstFrame ? undefined : orZero(value))
  return looseRow('host', '', {
    cpu_pct: orZero(raw.cpu_pct),
    mem_pct: orZero(raw.ram_pct),
    swap_pct: orZero(raw.swap_pct),
    disk_pct: orZero(raw.disk_pct),
    load1: orZero(raw.load1),
    load5: orZero(raw.load5),
    load15: orZero(raw.load15),
    net_rx_bytes_per_s: rate(raw.net_rx_bps),
    net_tx_bytes_per_s: rate(raw.net_tx_bps),
    disk_read_bytes_per_s: rate(raw.disk_r_bps),
    disk_write_bytes_per_s: rate(raw.disk_w_bps),
    temp_celsius: raw.temp_c === 0 ? undefined : raw.temp_c,
    uptime_s: knownAboveZero(system.uptime_seconds),
  })
}

function factsOf(system: Loose): Facts | null {
  const arch = wordOf(system.arch)
  const ip = wordOf(system.primary_ip)
  const facts = factsSchema.safeParse({
    os: wordOf(system.os),
    kernel: wordOf(system.kernel),
    arch: arch === undefined ? undefined : (ARCHITECTURES[arch] ?? arch),
    cpu_model: wordOf(system.cpu_model),
    virt: wordOf(system.virt_type),
    hostname: wordOf(system.hostname),
    ips: ip === undefined ? undefined : [ip],
  })
  const known = facts.success ? Object.entries(facts.data).filter(([, value]) => value !== undefined) : []
  return known.length === 0 ? null : (Object.fromEntries(known) as Facts)
}

function listOf(value: unknown, most: number): unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : []
}

/** Objects of a list by a field that is a name or a number; the first of each key counts. */
function keyed(list: readonly unknown[], field: string): [string, Loose][] {
  const byKey = new Map<string, Loose>()
  for (const item of list) {
    if (!isObject(item)) continue
    const key = item[field] ?? (field === 'index' ? 0 : undefined)
    const text = typeof key === 'number' || typeof key === 'string' ? String(key).slice(0, 256) : ''
    if (text !== '' && !byKey.has(text)) byKey.set(text, item)
  }
  return [...byKey]
}

function orZero(value: unknown): unknown {
  return value === undefined ? 0 : value
}

function knownAboveZero(value: unknown): unknown {
  return typeof value === 'number' && value <= 0 ? undefined : value
}

function times(value: unknown, factor: number): unknown {
  return typeof value === 'number' ? value * factor : value
}

function wordOf(value: unknown, longest = 256): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longest) : undefined
}
