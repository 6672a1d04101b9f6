import { expect, test } from 'bun:test'
import { openControlDb } from '@lumen/hub/control-db/control-db'
import { MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { seededRandom, testSeed } from '@lumen/testkit/random'
import { startRecordingHttp } from '@lumen/testkit/recording-http'
import { startRecordingSmtp } from '@lumen/testkit/recording-smtp'
import { tempDir } from '@lumen/testkit/temp-dir'
import { EXPECTED } from './alert-week/fault-script.ts'
import { MortalHub } from './alert-week/mortal-hub.ts'
import { NIGHT, NIGHT_HOSTS, NIGHT_MS, NIGHT_START, NIGHT_STEP_MS } from './alert-week/night-script.ts'

const KILLS = 16

/** A process that runs the night from a moment on, a moment at a time. */
async function startNight(dir: string, at: number) {
  let answered = Promise.withResolvers<void>()
  const child = Bun.spawn(
    [process.execPath, `${import.meta.dir}/alert-week/night-child.ts`, dir, String(at)],
    {
      stdout: 'inherit',
      stderr: 'inherit',
      ipc: () => answered.resolve(),
    },
  )
  const ended = child.exited.then(() => {
    throw new Error(`the process ended by ${child.signalCode ?? child.exitCode}`)
  })
  ended.catch(() => {})
  await Promise.race([answered.promise, ended])
  return {
    /** Has it do what is due; resolves when that is done. */
    async step(moment: number): Promise<void> {
      answered = Promise.withResolvers()
      child.send(moment)
      await Promise.race([answered.promise, ended])
    },
    /** Has it begin with what is due, and kills it some ms later, done or not. */
    async killDuring(moment: number, afterMs: number): Promise<void> {
      child.send(moment)
      await Bun.sleep(afterMs)
      child.kill('SIGKILL')
      await child.exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

test('kill -9 at any instant of a night: every trouble is told once, by messages whose key tells a repetition', async () => {
  const seed = testSeed()
  console.info(`seed ${seed}`)
  const random = seededRandom(seed)
  await using dir = await tempDir()
  await using hook = await startRecordingHttp()
  await using phone = await startRecordingHttp()
  await using smtp = await startRecordingSmtp()
  const services = { webhookUrl: hook.url, ntfyUrl: phone.url, smtpPort: smtp.port }
  await MortalHub.setUp(dir.path, new FakeClock(NIGHT_START), NIGHT_HOSTS, services)

  // About when something is told: the hub has something to write then.
  const edges = NIGHT.flatMap(({ from, to }) => [from + 5 * MINUTE, from + 13 * MINUTE, to + MINUTE])
  const killAt = new Set<number>()
  while (killAt.size < KILLS) {
    const edge = edges[Math.floor(random() * edges.length)]!
    killAt.add(Math.floor((edge + random() * 2 * MINUTE) / NIGHT_STEP_MS) * NIGHT_STEP_MS)
  }
  let night = await startNight(dir.path, 0)
  try {
    for (let at = 0; at < NIGHT_MS; at += NIGHT_STEP_MS) {
      if (killAt.has(at)) {
        await night.killDuring(at, random() * 12)
        night = await startNight(dir.path, at)
      }
      await night.step(at)
    }
  } finally {
    await night[Symbol.asyncDispose]()
  }

  const name = (host: number) => `h${String(host).padStart(2, '0')}`
  const expected = NIGHT.flatMap(({ kind, host }) => EXPECTED[kind].map((event) => `${name(host)} ${event}`))
  expect(NIGHT).toHaveLength(NIGHT_HOSTS)
  await using db = await openControlDb(dir.path, 'inline')
  const sent = await db.query<{ channel: string; key: string; state: string; body: string }>(
    'SELECT channel, idempotency_key AS key, state, body FROM deliveries ORDER BY id',
  )
  type News = { kind: string; alert: { host: string; level: string; rule: string } }
  for (const channel of ['hook', 'phone', 'mail']) {
    const own = sent.filter((each) => each.channel === channel)
    expect(own.filter(({ state }) => state !== 'sent')).toEqual([])
    const news = own.flatMap(({ body }) => (JSON.parse(body) as { news: News[] }).news)
    const told = news.map(({ kind, alert: { host, level, rule } }) => `${host} ${kind} ${level} ${rule}`)
    expect(told.sort()).toEqual(expected.sort())
  }
  const keys = sent.filter(({ channel }) => channel === 'hook').map(({ key }) => key)
  const got = hook.requests.map(({ headers }) => headers['idempotency-key'])
  expect([...new Set(got)].sort()).toEqual(keys.sort())
}, 300_000)
