import { expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import type { Rehearsal } from '@lumen/protocol/http/alerts/rehearsal'
import { ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import { errorCode } from '@lumen/std/error'
import { FakeClock } from '@lumen/testkit/fake-clock'
import type { FleetPart, Tsdb } from '@lumen/tsdb/api'
import { MemoryTsdb } from '../../testing/memory-tsdb.ts'
import { startTestHub } from '../../testing/test-hub.ts'
import { sampleOf } from '../testing/alert-bench.ts'
import { RehearsalDesk } from './rehearsal-desk.ts'

const RULE = {
  ...{ name: 'load', scope: { hosts: 'all', except: [] }, for_ms: 0 },
  condition: { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 80, critical: null },
}

test('a rule that is not stored is rehearsed over the history of hosts', async () => {
  const clock = new FakeClock()
  await using hub = await startTestHub({ clock })
  await hub.logIn()
  const { id } = await hub.addHost('web')
  for (let seq = 0; seq < 30; seq++) {
    const host = { cpu_pct: seq >= 10 && seq < 20 ? 90 : 10 }
    hub.tsdb.append(id, 'a', { ...sampleOf(clock.now(), { host }), seq })
    clock.advance(MINUTE)
  }
  const answer = await hub.call('POST', '/api/alerts/rules/rehearse', RULE)
  const { alerts, counts } = (await answer.json()) as Rehearsal
  expect(alerts).toMatchObject([{ host_id: id, host: 'web', level: 'warning', peak: 90 }])
  expect(counts).toEqual({ day: null, week: null, month: null })
  const rules = (await (await hub.call('GET', '/api/alerts/rules')).json()) as { rules: { spec: object }[] }
  expect(rules.rules.filter(({ spec }) => 'name' in spec && spec.name === 'load')).toEqual([])
})

test('a rule that could not be stored is refused by the same paths', async () => {
  await using hub = await startTestHub()
  await hub.logIn()
  const condition = { ...RULE.condition, metric: 'host.no_such' }
  const answer = await hub.call('POST', '/api/alerts/rules/rehearse', { ...RULE, condition })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ code: 'rule_invalid', errors: [{ path: 'condition.metric' }] })
})

/** A store whose first answer comes when told. */
function slowStore(): { tsdb: Tsdb; asked: Promise<void>; answer(): void } {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  class SlowTsdb extends MemoryTsdb {
    override async *queryFleet(query: Parameters<Tsdb['queryFleet']>[0]): AsyncGenerator<FleetPart> {
      asked.resolve()
      await answered.promise
      yield* super.queryFleet(query)
    }
  }
  return { tsdb: new SlowTsdb(new FakeClock()), asked: asked.promise, answer: answered.resolve }
}

test('one rehearsal at a time: the second is told to try again, and after the first there is room', async () => {
  const { tsdb, asked, answer } = slowStore()
  const host = { id: 1, name: 'web', tags: [] }
  const desk = new RehearsalDesk({
    tsdb,
    hosts: () => [host],
    imported: () => [],
    now: () => Date.UTC(2026, 0, 1),
  })
  const spec = ruleSpecSchema.parse(RULE)
  const never = new AbortController().signal
  const first = desk.rehearse(spec, never)
  await asked
  expect(await desk.rehearse(spec, never).catch(errorCode)).toBe('rehearsal_busy')
  answer()
  expect((await first).total).toBe(0)
  expect((await desk.rehearse(spec, never)).total).toBe(0)
})
