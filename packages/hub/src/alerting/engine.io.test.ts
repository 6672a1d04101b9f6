import { afterEach, beforeEach, expect, test } from 'bun:test'
import { HOUR, MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { NO_DEPENDENTS } from './dependents.ts'
import { AlertBench, type Readings } from './testing/alert-bench.ts'

let bench: AlertBench
beforeEach(async () => {
  bench = await AlertBench.open(new FakeClock())
})
afterEach(() => bench[Symbol.asyncDispose]())

const DISK = {
  name: 'disk',
  condition: {
    ...{ kind: 'threshold', metric: 'filesystem.used_pct', direction: 'above' },
    ...{ warning: 90, critical: 95, clear: 85 },
  },
  for_ms: MINUTE,
}
const DOWN = {
  name: 'down',
  condition: { kind: 'state', state: 'host_down', level: 'critical' },
  for_ms: MINUTE,
}
const disk = (used_pct: number) => ({ filesystem: { '/': { used_pct } } })

test('a threshold that is passed for long enough fires once, gets graver once and ends once', async () => {
  await bench.rule(DISK)
  const web = await bench.host('web')
  await bench.pass(50_000, new Map([[web, disk(91)]]))
  expect(bench.told).toEqual([])
  expect(bench.engine.active()).toMatchObject([{ state: 'pending', level: 'warning', value: 91 }])
  await bench.pass(5 * MINUTE, new Map([[web, disk(91)]]))
  expect(bench.told).toEqual(['fired warning web /'])
  expect(bench.notices[0]!.alert).toMatchObject({
    ...{ rule: 'disk', host: 'web', entity: 'filesystem', metric: 'filesystem.used_pct' },
    ...{ value: 91, threshold: 90, summary: 'web: Filesystem /: Used is 91 %, above 90 %' },
  })
  await bench.pass(5 * MINUTE, new Map([[web, disk(96.5)]]))
  expect(bench.told.slice(1)).toEqual(['raised critical web /'])
  await bench.pass(5 * MINUTE, new Map([[web, disk(86)]]))
  expect(bench.told.slice(2)).toEqual(['lowered warning web /'])
  await bench.pass(5 * MINUTE, new Map([[web, disk(84)]]))
  expect(bench.told.slice(3)).toEqual(['resolved warning web /'])
  expect(bench.notices.at(-1)!.alert).toMatchObject({ peak: 96.5, resolve_reason: 'back to normal' })
  expect(bench.engine.active()).toEqual([])
})

test('a silent host fires, keeps its own troubles quiet, and all is told truly when it is back', async () => {
  await bench.rule(DISK)
  await bench.rule(DOWN)
  const web = await bench.host('web')
  await bench.pass(3 * MINUTE, new Map([[web, disk(99)]]))
  expect(bench.told).toEqual(['fired critical web /'])
  await bench.pass(10 * MINUTE)
  expect(bench.told.slice(1)).toEqual(['fired critical web'])
  expect(bench.notices.at(-1)!.alert.summary).toStartWith('web is down: no contact for')
  expect(bench.engine.active().map(({ key, quiet }) => [key, quiet?.kind])).toEqual([
    ['', undefined],
    ['/', 'inhibited'],
  ])
  await bench.pass(5 * MINUTE, new Map([[web, disk(50)]]))
  expect(bench.told.slice(2).sort()).toEqual(['resolved critical web', 'resolved critical web /'])
})

test('an agent that was stopped counts as down, and says that it was stopped', async () => {
  await bench.rule(DOWN)
  const web = await bench.host('web')
  bench.push(web, disk(1))
  bench.presence.heard(bench.registry.get(web)!, { isStopped: true })
  await bench.pass(3 * MINUTE)
  expect(bench.notices.map(({ alert }) => alert.summary)).toEqual(['web is down: agent stopped'])
})

test('an agent that stops for a moment, to be updated, is not down even where a rule waits for nothing', async () => {
  await bench.rule({ ...DOWN, for_ms: 0 })
  const web = await bench.host('web')
  for (let update = 0; update < 3; update++) {
    await bench.pass(20_000, new Map([[web, disk(1)]]))
    bench.presence.heard(bench.registry.get(web)!, { isStopped: true })
    await bench.pass(30_000)
  }
  expect(bench.told).toEqual([])
})

test('a hub that was stopped for a while takes nobody’s silence in that time for an absence', async () => {
  await bench.rule({ ...DOWN, for_ms: 0 })
  const [web, db] = [await bench.host('web'), await bench.host('db')]
  const both = new Map([web, db].map((id) => [id, disk(1)]))
  await bench.pass(MINUTE, both)
  bench.clock.advance(20 * MINUTE)
  await bench.pass(100_000)
  expect(bench.told).toEqual([])
  await bench.pass(10 * MINUTE, new Map([[web, disk(1)]]))
  expect(bench.told).toEqual(['fired critical db'])
})

test('a host that never pushed, and hosts a hub has not heard since it started, are not down', async () => {
  await bench.rule(DOWN)
  await bench.host('new')
  const web = await bench.host('web')
  await bench.pass(MINUTE, new Map([[web, disk(1)]]))
  for (let start = 0; start < 5; start++) {
    await bench.restart()
    await bench.pass(20_000)
    await bench.pass(20_000, new Map([[web, disk(1)]]))
  }
  expect(bench.told).toEqual([])
})

test('a host that came back in the minute a kill took from the disk is not called down again', async () => {
  await bench.rule({ name: 'down', condition: { kind: 'state', state: 'host_down', level: 'critical' } })
  const [gone, other] = [await bench.host('gone'), await bench.host('other')]
  const both = new Map<number, Readings>([gone, other].map((id) => [id, { host: { cpu_pct: 1 } }]))
  const one = new Map<number, Readings>([[other, { host: { cpu_pct: 1 } }]])
  await bench.pass(10_000, both)
  const lastStored = bench.clock.now()
  await bench.pass(5 * MINUTE, one)
  await bench.pass(20_000, both)
  const told = ['fired critical gone', 'resolved critical gone']
  expect(bench.told).toEqual(told)
  bench.lastTimes.set(gone, lastStored)
  await bench.restart()
  await bench.pass(3_000)
  await bench.pass(MINUTE, both)
  expect(bench.told).toEqual(told)
  // By its silence in this run it is.
  await bench.pass(5 * MINUTE, one)
  expect(bench.told).toEqual([...told, 'fired critical gone'])
})

test('a restart neither repeats nor forgets: what fires goes on and ends once', async () => {
  await bench.rule(DISK)
  await bench.rule(DOWN)
  const web = await bench.host('web')
  const db = await bench.host('db')
  await bench.pass(3 * MINUTE, new Map([[web, disk(99)]]))
  await bench.pass(5 * MINUTE, new Map([[db, disk(99)]]))
  expect([...bench.told].sort()).toEqual([
    'fired critical db /',
    'fired critical web',
    'fired critical web /',
  ])
  bench.forget()
  await bench.restart()
  await bench.pass(5 * MINUTE, new Map([[db, disk(99)]]))
  expect(bench.told).toEqual([])
  await bench.restart(HOUR)
  const both = new Map([
    [db, disk(50)],
    [web, disk(99)],
  ])
  await bench.pass(5 * MINUTE, both)
  expect([...bench.told].sort()).toEqual(['resolved critical db /', 'resolved critical web'])
})

test('what was about to fire goes on after a short restart and begins anew after a long one', async () => {
  await bench.rule({ ...DISK, for_ms: 10 * MINUTE })
  const web = await bench.host('web')
  const full = new Map([[web, disk(99)]])
  await bench.pass(8 * MINUTE, full)
  await bench.restart()
  await bench.pass(3 * MINUTE, full)
  expect(bench.told).toEqual(['fired critical web /'])
  await bench.pass(5 * MINUTE, new Map([[web, disk(1)]]))
  await bench.pass(8 * MINUTE, full)
  bench.forget()
  await bench.restart(HOUR)
  await bench.pass(3 * MINUTE, full)
  expect(bench.told).toEqual([])
  await bench.pass(8 * MINUTE, full)
  expect(bench.told).toEqual(['fired critical web /'])
})

test('a backlog of eight hours of trouble fires nothing when it comes in', async () => {
  await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  for (let ageMs = 8 * HOUR; ageMs > MINUTE; ageMs -= MINUTE) bench.push(web, disk(99), ageMs)
  await bench.pass(2 * MINUTE, new Map([[web, disk(50)]]))
  expect(bench.told).toEqual([])
  expect(bench.engine.active()).toEqual([])
})

test('a wall clock that is set back or forth neither fires nor hurries nor delays anything', async () => {
  await bench.rule({ ...DISK, for_ms: 5 * MINUTE })
  await bench.rule(DOWN)
  const web = await bench.host('web')
  const full = new Map([[web, disk(99)]])
  await bench.pass(2 * MINUTE, full)
  bench.clock.step(6 * HOUR)
  await bench.pass(MINUTE, full)
  bench.clock.step(-12 * HOUR)
  await bench.pass(MINUTE, full)
  expect(bench.told).toEqual([])
  await bench.pass(2 * MINUTE, full)
  expect(bench.told).toEqual(['fired critical web /'])
})

test('a thing that is gone while its host talks is over, with that as the reason', async () => {
  await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  await bench.pass(10_000, new Map([[web, disk(99)]]))
  await bench.pass(3 * MINUTE, new Map([[web, { host: { cpu_pct: 1 } }]]))
  expect(bench.told).toEqual(['fired critical web /', 'resolved critical web /'])
  expect(bench.notices.at(-1)!.alert.resolve_reason).toBe('it is not there any more')
})

test('a thing whose collector says that it fails is unknown and not gone', async () => {
  await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  await bench.pass(10_000, new Map([[web, disk(99)]]))
  Object.assign(bench.registry.get(web)!, { facts: { collector_faults: { filesystems: 'cannot read' } } })
  await bench.pass(10 * MINUTE, new Map([[web, { host: { cpu_pct: 1 } }]]))
  expect(bench.told).toEqual(['fired critical web /'])
})

test.each([
  ['keep', ['fired critical web /']],
  ['resolve', ['fired critical web /', 'resolved critical web /']],
  ['fire', ['fired critical web /']],
] as const)(
  'a number that stays away while its row comes on does what the rule says: %s',
  async (no_data, told) => {
    await bench.rule({ ...DISK, for_ms: 0, no_data })
    const web = await bench.host('web')
    await bench.pass(10_000, new Map([[web, disk(99)]]))
    await bench.pass(5 * MINUTE, new Map([[web, { filesystem: { '/': { state: 'hung' } } }]]))
    expect(bench.told).toEqual([...told].slice(0, 2))
  },
)

test('readings that stay away are the trouble themselves where the rule says so', async () => {
  await bench.rule({ ...DISK, no_data: 'fire' })
  const web = await bench.host('web')
  await bench.pass(MINUTE, new Map([[web, disk(10)]]))
  await bench.pass(5 * MINUTE, new Map([[web, { host: { cpu_pct: 1 } }]]))
  expect(bench.told).toEqual(['fired warning web /'])
  expect(bench.notices[0]!.alert.summary).toBe('web: Filesystem / sends no readings any more')
  await bench.pass(2 * MINUTE, new Map([[web, disk(10)]]))
  expect(bench.told.slice(1)).toEqual(['resolved warning web /'])
})

test('a rule that is changed, turned off or deleted, and a host that is, end alerts with that reason', async () => {
  const rule = await bench.rule({ ...DISK, for_ms: 0 })
  const [one, two, three] = [await bench.host('one'), await bench.host('two'), await bench.host('three')]
  const all = new Map([one, two, three].map((id) => [id, disk(92)]))
  await bench.pass(10_000, all)
  expect(bench.told.length).toBe(3)
  const only = {
    ...rule.spec,
    scope: {
      hosts: [
        { by: 'host' as const, id: one },
        { by: 'host' as const, id: two },
      ],
      except: [],
    },
  }
  await bench.rules.replace(rule.id, only)
  await bench.pass(1_000)
  await bench.registry.remove(bench.registry.get(two)!)
  await bench.pass(1_000)
  const milder = { ...only.condition, warning: 95, critical: null, clear: null } as typeof only.condition
  await bench.rules.replace(rule.id, { ...only, condition: milder })
  await bench.pass(1_000)
  expect(bench.notices.slice(3).map(({ alert }) => [alert.host, alert.resolve_reason])).toEqual([
    ['three', 'the rule does not cover it any more'],
    ['two', 'the host was deleted'],
    ['one', 'the rule was changed'],
  ])
  await bench.rules.replace(rule.id, rule.spec)
  await bench.pass(10_000, new Map([[one, disk(92)]]))
  await bench.rules.replace(rule.id, { ...rule.spec, is_enabled: false })
  await bench.pass(1_000)
  expect(bench.notices.at(-1)!.alert).toMatchObject({
    host: 'one',
    resolve_reason: 'the rule was turned off',
  })
})

test('thresholds changed while it fires count at once, for the value known last', async () => {
  const rule = await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  await bench.pass(10_000, new Map([[web, disk(92)]]))
  await bench.rules.replace(rule.id, {
    ...rule.spec,
    condition: { ...rule.spec.condition, critical: 91 } as typeof rule.spec.condition,
  })
  await bench.pass(1_000)
  expect(bench.told).toEqual(['fired warning web /', 'raised critical web /'])
  expect(bench.notices.at(-1)!.alert.threshold).toBe(91)
})

test('a rule that asks about something else from now on ends what fired for the old question', async () => {
  const rule = await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  await bench.pass(10_000, new Map([[web, disk(99)]]))
  const condition = { kind: 'state', state: 'filesystem_hung', level: 'critical', key: '*' } as const
  await bench.rules.replace(rule.id, { ...rule.spec, condition })
  await bench.pass(10_000, new Map([[web, { filesystem: { '/': { used_pct: 99, state: 'ok' } } }]]))
  expect(bench.told).toEqual(['fired critical web /', 'resolved critical web /'])
  expect(bench.notices[1]!.alert.resolve_reason).toBe('the rule was changed')
})

test('a rule deleted while the hub was gone ends its alert at the next start', async () => {
  const rule = await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  await bench.pass(10_000, new Map([[web, disk(99)]]))
  await bench.db.run({ sql: 'DELETE FROM alert_rules WHERE id = ?', values: [rule.id] })
  await bench.restart()
  await bench.pass(2_000)
  expect(bench.told).toEqual(['fired critical web /', 'resolved critical web /'])
  expect(bench.notices.at(-1)!.alert.resolve_reason).toBe('the rule was deleted')
})

test('what ends during a silence is told after it, what only fired in it is not, and what still fires is', async () => {
  await bench.rule({ ...DISK, for_ms: 0 })
  const [one, two, three] = [await bench.host('one'), await bench.host('two'), await bench.host('three')]
  await bench.pass(
    10_000,
    new Map([
      [one, disk(99)],
      [two, disk(1)],
      [three, disk(1)],
    ]),
  )
  expect(bench.told).toEqual(['fired critical one /'])
  bench.quietOf = () => ({ kind: 'silence', id: 1, until: null, text: 'work' })
  await bench.pass(
    10_000,
    new Map([
      [one, disk(99)],
      [two, disk(99)],
      [three, disk(99)],
    ]),
  )
  await bench.pass(
    MINUTE,
    new Map([
      [one, disk(1)],
      [two, disk(1)],
      [three, disk(99)],
    ]),
  )
  await bench.restart()
  await bench.pass(
    10_000,
    new Map([
      [one, disk(1)],
      [two, disk(1)],
      [three, disk(99)],
    ]),
  )
  expect(bench.told.length).toBe(1)
  bench.quietOf = () => null
  await bench.pass(2_000)
  expect(bench.told.slice(1)).toEqual(['resolved critical one /', 'fired critical three /'])
})

test('nothing is told while the disk refuses, and nothing is lost by it', async () => {
  await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  bench.isDiskBroken = true
  await bench.pass(10_000, new Map([[web, disk(99)]]))
  expect(bench.told).toEqual([])
  expect(bench.engine.book.fault).toBe('disk is broken')
  expect(bench.engine.active()).toMatchObject([{ state: 'firing', level: 'critical' }])
  bench.isDiskBroken = false
  while (bench.told.length === 0) await bench.engine.book.idle()
  expect(bench.told).toEqual(['fired critical web /'])
})

test('a node that dies is one alert that names its guests, and they stay quiet until it is back', async () => {
  await bench.rule(DOWN)
  const node = await bench.host('node')
  const guests = await Promise.all(Array.from({ length: 20 }, (_, n) => bench.host(`guest-${n}`)))
  bench.dependents = {
    ...NO_DEPENDENTS,
    carriedBy: (id) => (id === node ? guests : []),
    carrierOf: (id) => (guests.includes(id) ? node : null),
  }
  const all = new Map([node, ...guests].map((id) => [id, disk(1)]))
  await bench.pass(MINUTE, all)
  await bench.pass(10 * MINUTE)
  expect(bench.told).toEqual(['fired critical node'])
  expect(bench.notices[0]!.alert.took_down.map(({ host }) => host)).toEqual(
    guests.map((_, n) => `guest-${n}`),
  )
  all.delete(guests[7]!)
  await bench.pass(10 * MINUTE, all)
  expect(bench.told.slice(1)).toEqual(['resolved critical node', 'fired critical guest-7'])
})

test('a guest that fails alone is told by itself', async () => {
  await bench.rule(DOWN)
  const [node, guest] = [await bench.host('node'), await bench.host('guest')]
  bench.dependents = {
    ...NO_DEPENDENTS,
    carriedBy: (id) => (id === node ? [guest] : []),
    carrierOf: (id) => (id === guest ? node : null),
  }
  await bench.pass(
    MINUTE,
    new Map([
      [node, disk(1)],
      [guest, disk(1)],
    ]),
  )
  await bench.pass(10 * MINUTE, new Map([[node, disk(1)]]))
  expect(bench.told).toEqual(['fired critical guest'])
})

test('reminders and escalation come by the clock, and an acknowledgement stops them', async () => {
  await bench.rule({
    ...DISK,
    for_ms: 0,
    repeat_ms: HOUR,
    escalate: { after_ms: 30 * MINUTE, channels: [7] },
  })
  const web = await bench.host('web')
  const full = new Map([[web, disk(92)]])
  await bench.pass(2 * HOUR + MINUTE, full)
  expect(bench.notices.map(({ kind, channels, also }) => [kind, channels, also])).toEqual([
    ['fired', null, []],
    ['escalated', [7], []],
    ['repeated', null, [7]],
    ['repeated', null, [7]],
  ])
  await bench.engine.acknowledge([...bench.engine.book.open()][0]!, { by: 'ann', comment: 'on it' })
  await bench.restart()
  await bench.pass(3 * HOUR, full)
  expect(bench.notices.length).toBe(4)
  expect(bench.engine.active()).toMatchObject([{ ack: { by: 'ann', comment: 'on it' } }])
  await bench.pass(MINUTE, new Map([[web, disk(99)]]))
  expect(bench.told.at(-1)).toBe('raised critical web /')
})

test('the hub’s own troubles fire for nobody’s host and end when they are gone', async () => {
  await bench.rule({
    name: 'flush',
    condition: { kind: 'state', state: 'hub_flush', level: 'critical' },
    for_ms: 2 * MINUTE,
  })
  bench.troubles = [{ state: 'hub_flush', key: 'flush', words: 'cannot write readings to its disk: full' }]
  await bench.pass(2 * MINUTE)
  expect(bench.told).toEqual([])
  await bench.pass(5_000)
  expect(bench.notices[0]!.alert).toMatchObject({
    ...{ host_id: null, entity: 'hub', key: 'flush' },
    summary: 'Hub cannot write readings to its disk: full',
  })
  bench.troubles = []
  await bench.pass(2 * MINUTE)
  expect(bench.told.at(-1)).toBe('resolved critical Hub flush')
})

test('what flaps goes on firing over a restart, and its end is told once it is steady', async () => {
  await bench.rule({ ...DISK, for_ms: 0 })
  const web = await bench.host('web')
  const swing = async () => {
    await bench.pass(10_000, new Map([[web, disk(99)]]))
    await bench.pass(10_000, new Map([[web, disk(1)]]))
  }
  await swing()
  await bench.restart()
  for (let count = 0; count < 5; count++) await swing()
  expect(bench.told).toEqual([
    ...['fired critical web /', 'resolved critical web /'],
    ...['fired critical web /', 'resolved critical web /', 'fired critical web /'],
  ])
  expect(bench.engine.active()).toMatchObject([{ state: 'firing', quiet: { kind: 'flapping' } }])
  expect(bench.notices.at(-1)!.alert.summary).toBe(
    'web: Filesystem /: Used is 99 %, above 95 % (comes and goes)',
  )
  await bench.restart()
  for (let count = 0; count < 5; count++) await swing()
  await bench.pass(9 * MINUTE, new Map([[web, disk(1)]]))
  expect(bench.told.length).toBe(5)
  await bench.pass(2 * MINUTE, new Map([[web, disk(1)]]))
  expect(bench.told.slice(5)).toEqual(['resolved critical web /'])
})

test('nothing is told outside the hours of a rule, and what still fires is told when they begin', async () => {
  // The bench begins on a Thursday at midnight.
  const schedule = { zone: 'Etc/UTC', windows: [{ days: [4], from: '08:00', to: '18:00' }] }
  await bench.rule({ ...DISK, for_ms: 0, schedule })
  const [one, two] = [await bench.host('one'), await bench.host('two')]
  await bench.pass(
    10_000,
    new Map([
      [one, disk(99)],
      [two, disk(99)],
    ]),
  )
  expect(bench.engine.active().map(({ quiet }) => quiet?.kind)).toEqual(['schedule', 'schedule'])
  await bench.pass(
    10_000,
    new Map([
      [one, disk(99)],
      [two, disk(1)],
    ]),
  )
  await bench.pass(
    7.9 * HOUR,
    new Map([
      [one, disk(99)],
      [two, disk(1)],
    ]),
  )
  expect(bench.told).toEqual([])
  await bench.pass(
    0.2 * HOUR,
    new Map([
      [one, disk(99)],
      [two, disk(1)],
    ]),
  )
  expect(bench.told).toEqual(['fired critical one /'])
})
