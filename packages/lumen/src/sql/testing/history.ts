import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from '@lumen/model/sample'
import { DAY, HOUR } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '@lumen/tsdb/open'
import { dayFrame, dayFrames } from '@lumen/tsdb/testing/cold-days'
import { rowOf, sampleOf, testClock } from '@lumen/tsdb/testing/samples'

export interface Sent {
  host: number
  samples: Sample[]
}

/** The start of the UTC month that is `back` months before the one of `now`. */
function monthBefore(now: number, back: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, 1)
}

/** Makes a history with everything there can be: a merged month, a day, a part of it, minutes not yet sealed, late ones
 * of the month among them, and host 3, which was deleted. Answers what hosts 1 and 2 sent. */
export async function makeHistory(dataDir: string, now: number): Promise<Sent[]> {
  const month = monthBefore(now, 2)
  const next = monthBefore(now, 1)
  const clock = testClock(month + 3 * DAY)
  await using store = await openTsdb({
    dir: join(dataDir, 'tsdb'),
    clock,
    log: silentLog,
    autoFlush: false,
    retention: { coldMs: 400 * DAY },
  })
  const sent: Sent[] = []
  const send = async (stream: string, all: Sent[]) => {
    for (const { host, samples } of all)
      for (const sample of samples)
        if (store.append(host, stream, sample).kind !== 'taken') throw new Error('a frame was refused')
    await store.flush('all')
    sent.push(...all)
  }
  const hosts = [1, 2, 3]
  await send(
    'a',
    hosts.map((host) => ({ host, samples: dayFrames(host, 2, month) })),
  )
  clock.time = next + 3 * DAY
  await store.compact()
  await send(
    'b',
    hosts.map((host) => ({ host, samples: dayFrames(host, 1, next) })),
  )
  await store.compact()
  await send(
    'c',
    hosts.map((host) => ({ host, samples: [dayFrame(host, 5, next)] })),
  )
  clock.time += DAY
  await store.compact()
  const newest = next + 4 * DAY - 2 * HOUR
  await send(
    'd',
    hosts.map((host) => ({ host, samples: [dayFrame(host, 7, month), dayFrame(host, 1, newest)] })),
  )
  await send('e', [
    { host: 1, samples: [sampleOf(1, newest + HOUR, 50, [rowOf('filesystem', "/o'k", { used_bytes: 7 })])] },
  ])
  await store.deleteHost(3)
  return sent.filter(({ host }) => host !== 3)
}

/** Every file below a folder with a checksum of its bytes. */
export function fingerprint(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort()
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )
}
