import { expect, test } from 'bun:test'
import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { NotifyWorld } from '@lumen/testkit/notify-world'
import { type HttpBehaviour, type RecordingHttp, startRecordingHttp } from '@lumen/testkit/recording-http'
import fc from 'fast-check'
import { sampleNotice } from '../testing/sample-notice.ts'

type Command =
  | { do: 'tell'; alert: number }
  | { do: 'pass'; ms: number }
  | { do: 'server'; is: 'well' | 'failing' | 'limiting' | 'resetting' }
  | { do: 'restart' }
  | { do: 'step'; ms: number }
  | { do: 'switch' }

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('tell' as const), alert: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(SECOND, 9 * SECOND, 12 * SECOND, 5 * MINUTE),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('server' as const),
      is: fc.constantFrom('well' as const, 'failing' as const, 'limiting' as const, 'resetting' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('step' as const), ms: fc.constantFrom(-HOUR, HOUR) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'switch' as const }) },
)

const BEHAVIOURS: Record<(Command & { do: 'server' })['is'], HttpBehaviour> = {
  well: { kind: 'answer' },
  failing: { kind: 'answer', status: 500 },
  limiting: { kind: 'answer', status: 429, headers: { 'retry-after': '90' } },
  resetting: { kind: 'reset' },
}

const spec = (server: RecordingHttp, isEnabled: boolean) => ({
  ...({
    name: 'hook',
    kind: 'webhook',
    is_enabled: isEnabled,
    is_default: true,
    least_level: 'warning',
  } as const),
  ...{ settings: { url: `${server.url}/hook` }, secrets: {} },
})

test('whatever the service, the clock and the hub do, every notice is told once, in the order of its alert', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 30 }), async (commands) => {
      await using server = await startRecordingHttp()
      await using w = await NotifyWorld.open()
      await w.notifications.channels.add(spec(server, true))
      const life = new Map<number, number>()
      let isEnabled = true
      for (const each of commands) {
        if (each.do === 'pass') await w.pass(each.ms)
        else if (each.do === 'server') server.otherwise = BEHAVIOURS[each.is]
        else if (each.do === 'restart') await w.restart()
        else if (each.do === 'step') w.clock.step(each.ms)
        else if (each.do === 'switch') {
          isEnabled = !isEnabled
          await w.notifications.channels.change(1, spec(server, isEnabled))
        } else {
          // an alert fires, ends, and fires again under another id
          const turns = life.get(each.alert) ?? 0
          life.set(each.alert, turns + 1)
          const id = each.alert * 100 + Math.floor(turns / 2)
          await w.tell(sampleNotice(turns % 2 === 0 ? 'fired' : 'resolved', { id }))
        }
      }
      server.otherwise = BEHAVIOURS.well
      await w.notifications.channels.change(1, spec(server, true))
      await w.pass(10 * MINUTE)

      const messages = server.requests.map(
        ({ text }) => JSON.parse(text) as { id: string; alerts: { id: number; event: string }[] },
      )
      const firstOf = new Map(messages.toReversed().map((message) => [message.id, message]))
      for (const { id, alerts } of messages) expect(alerts).toEqual(firstOf.get(id)!.alerts)
      const rows = await w.db.query<{ alert: number; kind: string; key: string; state: string }>(
        `SELECT o.alert_id AS alert, o.kind, d.idempotency_key AS key, d.state FROM outbox o
           LEFT JOIN deliveries d ON d.id = o.delivery_id ORDER BY o.id`,
      )
      for (const { alert, key, state } of rows) {
        expect(state).toBe('sent')
        expect(firstOf.get(key)?.alerts.filter(({ id }) => id === alert)).toHaveLength(1)
      }
      // the last time each message was sent is when it was taken
      const lastAt = new Map(messages.map(({ id }, at) => [id, at]))
      for (const alert of new Set(rows.map((row) => row.alert))) {
        const order = rows.filter((row) => row.alert === alert).map(({ key }) => lastAt.get(key)!)
        expect(order).toEqual(order.toSorted((one, other) => one - other))
      }
    }),
    { numRuns: 60 },
  )
}, 120_000)
