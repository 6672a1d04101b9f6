import type { OpenAnswer } from '../hot/messages.ts'
import { Directory, StreamLedger } from './directory.ts'
import { DurableRanges } from './durable-ranges.ts'

/** Hosts, series and streams as they are on disk when the store opens. */
export function loadDirectory(opened: OpenAnswer): Directory {
  const directory = new Directory(opened.nextSeries, opened.nextStream)
  for (const [host, minute] of opened.firstMinutes) directory.host(host).firstMinute = minute
  for (const [host, ts] of opened.hostSeqsFrom) directory.host(host).seqsFrom = ts
  for (const row of opened.series) {
    directory.putSeries({ ...row, lastMinute: Number.NEGATIVE_INFINITY, isDirty: false })
  }
  for (const { id, host: hostId, stream, ranges } of opened.streams) {
    const durable = new DurableRanges().union(ranges)
    const host = directory.host(hostId)
    host.streams.set(stream, new StreamLedger(id, hostId, stream, durable, true))
    if (durable.ranges.length === 0) continue
    host.durableAtOpen ??= { newestTs: 0, streams: new Map() }
    host.durableAtOpen.newestTs = Math.max(host.durableAtOpen.newestTs, durable.newestTs)
    host.durableAtOpen.streams.set(stream, durable)
  }
  return directory
}

/** Newest sample time of each host that was on disk, epoch ms. */
export function lastSampleTimesOf(directory: Directory): Map<number, number> {
  const found = new Map<number, number>()
  for (const { id, durableAtOpen } of directory.hosts.values()) {
    if (durableAtOpen !== null) found.set(id, durableAtOpen.newestTs)
  }
  return found
}
