// Run as a process by crash tests of notifications: tells alerts by a webhook, and is killed at a step or ends when nothing
// waits any more.
import { openControlDb } from '@lumen/hub/control-db/control-db'
import type { SendStep } from '@lumen/hub/notify/lane'
import { Notifications } from '@lumen/hub/notify/notifications'
import { SecretBox } from '@lumen/hub/secrets/secret-box'
import { sampleNotice } from '@lumen/hub/testing/sample-notice'
import { systemClock } from '@lumen/std/clock'
import { silentLog } from '@lumen/std/log'
import { until } from './until.ts'

export const NOTIFY_CHILD = import.meta.path

export interface NotifyOrder {
  dataDir: string
  url: string
  /** Ids of alerts that fire, each of which ends right after. */
  alerts: number[]
  /** Where it is killed: the nth time it gets there. Null: nowhere. */
  kill: { step: SendStep | 'told'; nth: number } | null
}

async function main({ dataDir, url, alerts, kill }: NotifyOrder): Promise<void> {
  let left = kill?.nth ?? 0
  const reach = (step: SendStep | 'told') => {
    if (step !== kill?.step) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }
  const db = await openControlDb(dataDir, 'inline')
  const notifications = await Notifications.open({
    ...{ db, clock: systemClock, log: silentLog, publicUrl: undefined, box: SecretBox.open(dataDir) },
    options: {
      ...{ grouping: { quietMs: 5, mostMs: 20 }, retry: { firstMs: 5, longestMs: 40 } },
      ...{ rate: { burst: 1_000, perS: 1_000 }, tickMs: 2, random: () => 0, reach },
    },
  })
  if (notifications.channels.list().length === 0) {
    await notifications.channels.add({
      ...{ name: 'hook', kind: 'webhook', is_enabled: true, is_default: true, least_level: 'warning' },
      ...{ settings: { url }, secrets: {} },
    })
  }
  await notifications.start()
  const { teller } = notifications
  for (const id of alerts) {
    for (const kind of ['fired', 'resolved'] as const) {
      await db.run(...teller.statementsFor([sampleNotice(kind, { id })]))
      reach('told')
      teller.wake()
      await Bun.sleep(id % 2 === 0 ? 12 : 0)
    }
  }
  const isDone = async () => {
    const [row] = await db.query<{ left: number }>(
      `SELECT (SELECT count(*) FROM outbox WHERE delivery_id IS NULL)
            + (SELECT count(*) FROM deliveries WHERE state = 'waiting') AS left`,
    )
    return row?.left === 0
  }
  await until('nothing to wait any more', isDone, { withinMs: 60_000, everyMs: 5 })
  await notifications[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
  process.exit(0)
}

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '{}') as NotifyOrder)
