import { amountOf, type Json, listOf, objectOf, wordOf } from './json.ts'

/** Counters of one container as its engine reads them. Missing ones are undefined. */
export interface EngineStats {
  /** When they were read, epoch ms by the engine's clock: only differences are used. */
  at: number
  cpuUs: number | undefined
  onlineCpus: number | undefined
  periods: number | undefined
  throttledPeriods: number | undefined
  memoryUsedBytes: number | undefined
  readBytes: number | undefined
  writtenBytes: number | undefined
  pids: number | undefined
  rxBytes: number | undefined
  txBytes: number | undefined
}

/** `GET /containers/{id}/stats?stream=false&one-shot=true` (Docker Engine API v1.41). Podman leaves out parts of it,
 * and its `system_cpu_usage` lacks idle time: it is not used. undefined when the answer names no time. */
export function parseStats(value: unknown): EngineStats | undefined {
  const stats = objectOf(value)
  const at = Date.parse(wordOf(stats?.read) ?? '')
  if (stats === undefined || !(at > 0)) return undefined
  const cpu = objectOf(stats.cpu_stats)
  const usage = objectOf(cpu?.cpu_usage)
  const throttling = objectOf(cpu?.throttling_data)
  const usedNs = amountOf(usage?.total_usage)
  const online = amountOf(cpu?.online_cpus) || listOf(usage?.percpu_usage).length
  return {
    at,
    cpuUs: usedNs === undefined ? undefined : usedNs / 1_000,
    onlineCpus: online > 0 ? online : undefined,
    periods: amountOf(throttling?.periods),
    throttledPeriods: amountOf(throttling?.throttled_periods),
    memoryUsedBytes: memoryOf(objectOf(stats.memory_stats)),
    ...ioOf(objectOf(stats.blkio_stats)),
    pids: amountOf(objectOf(stats.pids_stats)?.current),
    ...networkOf(objectOf(stats.networks)),
  }
}

/** In use without the page cache that is given back first, as `docker stats` counts: v1 and v2 name it differently. */
function memoryOf(memory: Json | undefined): number | undefined {
  const usage = amountOf(memory?.usage)
  if (usage === undefined) return undefined
  const detail = objectOf(memory?.stats)
  const inactive = amountOf(detail?.total_inactive_file) ?? amountOf(detail?.inactive_file) ?? 0
  return Math.max(0, usage - inactive)
}

/** An empty list says nothing: engines give it also where they cannot tell. */
function ioOf(blkio: Json | undefined): Pick<EngineStats, 'readBytes' | 'writtenBytes'> {
  let readBytes: number | undefined
  let writtenBytes: number | undefined
  for (const entry of listOf(blkio?.io_service_bytes_recursive)) {
    const line = objectOf(entry)
    const op = wordOf(line?.op)?.toLowerCase()
    const bytes = amountOf(line?.value)
    if (bytes === undefined) continue
    if (op === 'read') readBytes = (readBytes ?? 0) + bytes
    else if (op === 'write') writtenBytes = (writtenBytes ?? 0) + bytes
  }
  return { readBytes, writtenBytes }
}

function networkOf(networks: Json | undefined): Pick<EngineStats, 'rxBytes' | 'txBytes'> {
  let rxBytes: number | undefined
  let txBytes: number | undefined
  for (const value of Object.values(networks ?? {})) {
    const nic = objectOf(value)
    const rx = amountOf(nic?.rx_bytes)
    const tx = amountOf(nic?.tx_bytes)
    if (rx === undefined || tx === undefined) continue
    rxBytes = (rxBytes ?? 0) + rx
    txBytes = (txBytes ?? 0) + tx
  }
  return { rxBytes, txBytes }
}
