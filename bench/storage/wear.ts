import { join } from 'node:path'
import { DAY, SECOND } from '@lumen/model/time'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import { startChild } from '@lumen/testkit/child'
import { SyntheticMachine } from '@lumen/testkit/synthetic-readings'
import { tempDir } from '@lumen/testkit/temp-dir'
import { usageOf } from '../process-usage.ts'
import { startPrometheus } from '../prometheus.ts'
import { RemoteWriter } from '../remote-write.ts'
import { type Figure, figure } from '../result.ts'
import { TIMELINE } from './timeline.ts'
import type { WearUsage } from './wear-process.ts'

const PEER = 'Prometheus'
const PEER_HOSTS = 10
const INTERVAL_MS = 5 * SECOND
const TIMEOUT_MS = 300_000
const DAY_MINUTES = 1_440

export interface ColdWear {
  /** Written while a day of all hosts was sealed. */
  sealBytes: number
  /** Written while a month was merged. */
  mergeBytes: number
  monthDays: number
}

/** What a host's day costs the disk: minutes every minute, the day's file once and its share of the month's, beside
 * Prometheus taking the same numbers. On simulated time, so that both do their daily work. */
export async function wearFigures(hosts: number, cold: ColdWear | null): Promise<Figure[]> {
  await using dir = await tempDir('lumen-bench-')
  await using child = startChild([
    ...[process.execPath, '--no-env-file', join(import.meta.dir, 'wear-process.ts')],
    ...[dir.path, String(hosts)],
  ])
  const [line] = await child.printed(/^\{"minutes":.*\}$/m, TIMEOUT_MS)
  const { minutes, writtenBytes, commits, fsyncs } = JSON.parse(line) as WearUsage
  const hotMB = (writtenBytes / 1e6 / hosts) * (DAY_MINUTES / minutes)
  const coldMB = cold === null ? 0 : (cold.sealBytes + cold.mergeBytes / cold.monthDays) / 1e6 / hosts
  const peerMB = await prometheusWear()
  return [
    figure({
      group: 'storage',
      name: 'written to disk per host and day',
      unit: 'MB',
      values: [hotMB + coldMB],
      target: { of: 'value', atMost: 5 },
      note: `${hosts} hosts every 5 s: minutes ${hotMB.toFixed(2)}, ${
        cold === null
          ? 'sealing and merging not measured in this run'
          : `sealing and the share of a merge ${coldMB.toFixed(2)}`
      }; write_bytes of /proc/<pid>/io`,
    }),
    figure({
      group: 'storage',
      name: 'written to disk per host and day, beside a peer',
      unit: 'MB',
      values: [hotMB + coldMB],
      peer: { name: PEER, values: peerMB === null ? [] : [peerMB] },
      target: { of: 'ratio', atMost: 0.1 },
      note:
        peerMB === null
          ? 'the peer is not installed: apt-get install prometheus'
          : `the peer took a day of ${PEER_HOSTS} of the hosts, every number of every frame, blocks compacted`,
    }),
    figure({
      group: 'storage',
      name: 'commits of the hot tier',
      unit: 'per minute',
      values: [commits / minutes],
      target: { of: 'value', atMost: 1 },
      note: 'simulated minutes',
    }),
    figure({
      group: 'storage',
      name: 'fsyncs of the hot tier, per host and day',
      unit: 'fsyncs',
      values: [(fsyncs / hosts) * (DAY_MINUTES / minutes)],
      note: "by the store's own count; a peer's cannot be counted from outside without slowing it",
    }),
  ]
}

/** A day at 5 s of the first hosts, in requests of one instant of all of them. */
async function prometheusWear(): Promise<number | null> {
  await using dir = await tempDir('lumen-bench-')
  await using peer = await startPrometheus(dir.path)
  if (peer === null) return null
  const machines = Array.from({ length: PEER_HOSTS }, (_, index) => new SyntheticMachine(index + 1))
  const writer = new RemoteWriter()
  const before = usageOf(peer.pid).writtenBytes
  for (let at = 0; at < DAY; at += INTERVAL_MS) {
    const ts = TIMELINE.monthFrom + at
    for (const [index, machine] of machines.entries()) {
      const frame = { seq: at / INTERVAL_MS + 1, ts, interval_ms: INTERVAL_MS, ...machine.read(INTERVAL_MS) }
      const decoded = decodeFrame(frame)
      if (decoded.kind === 'fault') throw new Error(`${decoded.path} ${decoded.message}`)
      writer.add(index + 1, decoded.sample)
    }
    await peer.write(writer.take())
  }
  return (usageOf(peer.pid).writtenBytes - before) / 1e6 / PEER_HOSTS
}
