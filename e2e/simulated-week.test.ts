import { expect, test } from 'bun:test'
import { DAY, SECOND } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { seededRandom, testSeed } from '@lumen/testkit/random'
import { startRecordingHttp } from '@lumen/testkit/recording-http'
import { startRecordingSmtp } from '@lumen/testkit/recording-smtp'
import { tempDir } from '@lumen/testkit/temp-dir'
import { EXPECTED, faultScript, HOSTS, WEEK_MS } from './alert-week/fault-script.ts'
import { MortalHub } from './alert-week/mortal-hub.ts'
import { SMTP_FAILURES, unreliable } from './alert-week/unreliable-servers.ts'
import { WeekFleet } from './alert-week/week-fleet.ts'

// A Monday.
const START = Date.parse('2026-11-23T00:00Z')
const STEP_MS = 30 * SECOND
const KILLS = 200
interface WebhookBody {
  id: string
  alerts: { event: string; level: string; rule: string; host: string; id: number }[]
}

test('a week of 50 hosts in trouble: whatever dies on the way, everything is told once to every channel, and nothing else', async () => {
  const seed = testSeed()
  console.info(`seed ${seed}`)
  const random = seededRandom(seed)
  const faults = faultScript(random)
  const fleet = new WeekFleet(faults, HOSTS, START)

  await using dir = await tempDir()
  await using hook = await startRecordingHttp()
  await using phone = await startRecordingHttp()
  await using smtp = await startRecordingSmtp()
  hook.otherwise = unreliable(seed, ({ headers }) => headers['idempotency-key'] ?? '')
  phone.otherwise = unreliable(
    seed + 1e6,
    ({ text }) => (JSON.parse(text) as { sequence_id: string }).sequence_id,
  )

  const clock = new FakeClock(START)
  const services = { webhookUrl: hook.url, ntfyUrl: phone.url, smtpPort: smtp.port }
  await MortalHub.setUp(dir.path, clock, HOSTS, services)
  const restart = () => MortalHub.start(dir.path, clock, fleet.storedTimes(clock.now() - START))
  let hub = await restart()
  const struck = { idle: 0, unmarked: 0, other: 0 }
  const comeBack = async (kind: keyof typeof struck) => {
    struck[kind] += 1
    await hub.bury()
    hub = await restart()
  }

  const everyMs = (WEEK_MS - DAY / 2) / KILLS
  let kills = 0
  let isDoomed = false
  for (let at = 0; at < WEEK_MS; at += STEP_MS) {
    if (kills < KILLS && at >= (kills + random() / 2) * everyMs) {
      // One that waited for a write in vain dies for no reason.
      if (isDoomed) await comeBack('idle')
      kills += 1
      smtp.script(...SMTP_FAILURES[Math.floor(random() * SMTP_FAILURES.length)]!)
      isDoomed = true
      hub.db.doom(random() < 0.6 ? 'before' : 'after', Math.floor(random() * 6))
    }
    clock.advance(START + at - clock.now())
    fleet.push(hub, at)
    await hub.work()
    if (!hub.db.isDead) continue
    isDoomed = false
    const isMark = hub.db.struckAt.some(({ sql }) => sql.includes("state = 'sent'"))
    await comeBack(isMark ? 'unmarked' : 'other')
    await hub.work()
  }
  if (isDoomed) await comeBack('idle')
  expect(kills).toBe(KILLS)
  expect(faults.length).toBeGreaterThan(100)
  expect(struck.unmarked).toBeGreaterThan(0)

  const name = (host: number) => `h${String(host).padStart(2, '0')}`
  const expected = faults
    .flatMap(({ kind, host }) => EXPECTED[kind].map((event) => `${name(host)} ${event}`))
    .sort()
  const sent = await hub.db.query<{ channel: string; key: string; state: string; body: string }>(
    'SELECT channel, idempotency_key AS key, state, body FROM deliveries ORDER BY id',
  )
  await hub.bury()
  for (const channel of ['hook', 'phone', 'mail']) {
    const own = sent.filter((each) => each.channel === channel)
    const news = own.flatMap(
      ({ body }) => (JSON.parse(body) as { news: { kind: string; alert: WebhookBody['alerts'][0] }[] }).news,
    )
    expect(
      news.map(({ kind, alert: { host, level, rule } }) => `${host} ${kind} ${level} ${rule}`).sort(),
    ).toEqual(expected)
    expect(own.filter(({ state }) => state !== 'sent')).toEqual([])
  }

  // What the services got: each message, by its key, as often as it took, and no message besides.
  const keysOf = (channel: string) =>
    sent
      .filter((each) => each.channel === channel)
      .map(({ key }) => key)
      .sort()
  const bodies = hook.requests.map(({ text }) => JSON.parse(text) as WebhookBody)
  const byKey = new Map(bodies.map((body) => [body.id, body]))
  expect([...byKey.keys()].sort()).toEqual(keysOf('hook'))
  const heard = [...byKey.values()].flatMap(({ alerts }) =>
    alerts.map(({ host, event, level, rule }) => `${host} ${event} ${level} ${rule}`),
  )
  expect(heard.sort()).toEqual(expected)
  for (const body of bodies) expect(body).toEqual(byKey.get(body.id)!)
  const phoned = phone.requests.map(({ text }) => (JSON.parse(text) as { sequence_id: string }).sequence_id)
  expect([...new Set(phoned)].sort()).toEqual(
    keysOf('phone')
      .map((key) => key.replaceAll('-', ''))
      .sort(),
  )
  const mailed = smtp.mails.map(({ raw }) => /^Message-ID: <([^@]+)@/im.exec(raw)?.[1] ?? raw)
  expect([...new Set(mailed)].sort()).toEqual(keysOf('mail'))
}, 300_000)
