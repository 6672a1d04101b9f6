import type { Notice } from '@lumen/hub/alerting/notice'
import { type ControlDb, openControlDb } from '@lumen/hub/control-db/control-db'
import { Notifications, type NotifyOptions } from '@lumen/hub/notify/notifications'
import { SecretBox } from '@lumen/hub/secrets/secret-box'
import { NOTICE_TIME } from '@lumen/hub/testing/sample-notice'
import type { Log } from '@lumen/std/log'
import { FakeClock } from './fake-clock.ts'
import { type TempDir, tempDir } from './temp-dir.ts'

/** Notifications over a real control.db with a clock of their own, without the rest of a hub. */
export class NotifyWorld implements AsyncDisposable {
  readonly clock = new FakeClock(NOTICE_TIME)
  readonly logged: string[] = []
  readonly dir: TempDir
  readonly #options: NotifyOptions
  db!: ControlDb
  notifications!: Notifications

  private constructor(dir: TempDir, options: NotifyOptions) {
    this.dir = dir
    this.#options = options
  }

  static async open(options: NotifyOptions = {}): Promise<NotifyWorld> {
    const world = new NotifyWorld(await tempDir(), { random: () => 1, ...options })
    await world.begin()
    return world
  }

  /** A hub's start, as far as notifications go. */
  async begin(): Promise<void> {
    const write = (message: string, fields: object = {}) =>
      this.logged.push(`${message} ${JSON.stringify(fields)}`)
    const log: Log = { debug: write, info: write, warn: write, error: write }
    this.db = await openControlDb(this.dir.path, 'inline')
    this.notifications = await Notifications.open({
      ...{ db: this.db, clock: this.clock, log, publicUrl: 'https://lumen.example' },
      ...{ box: SecretBox.open(this.dir.path), options: { ...this.#options, tickMs: 2 ** 30 } },
    })
    await this.notifications.start()
  }

  /** A hub's clean stop. */
  async end(): Promise<void> {
    await this.notifications[Symbol.asyncDispose]()
    await this.db[Symbol.asyncDispose]()
  }

  async restart(): Promise<void> {
    await this.end()
    await this.begin()
  }

  /** What the engine does: writes notices and says so. */
  async tell(...notices: Notice[]): Promise<void> {
    await this.db.run(...this.notifications.teller.statementsFor(notices))
    this.notifications.teller.wake()
    await this.notifications.settled()
  }

  /** Lets time pass and does everything that becomes due, a second at a time. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(1_000, left))
      await this.work()
    }
  }

  /** Everything due at this instant: making a message, sending it. */
  async work(): Promise<void> {
    for (let step = 0; step < 3; step++) {
      this.notifications.tick()
      await this.notifications.settled()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
    await this.dir[Symbol.asyncDispose]()
  }
}
