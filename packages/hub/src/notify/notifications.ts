import { HOUR } from '@lumen/model/time'
import type { Channel, ChannelSpec, Delivery } from '@lumen/protocol/http/channels'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import { every } from '@lumen/std/every'
import type { Log } from '@lumen/std/log'
import type { Teller } from '../alerting/notice.ts'
import type { ControlDb } from '../control-db/control-db.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { SendResult } from './channel-kind.ts'
import { type ChannelRecord, Channels, wireOf } from './channels.ts'
import { checkChannel } from './check-channel.ts'
import { giveUpStatements } from './compose-delivery.ts'
import type { WaitingDelivery } from './delivery.ts'
import { DeliveryLog } from './delivery-log.ts'
import { Dispatcher, type FailingChannel } from './dispatcher.ts'
import type { GroupingLimits } from './grouping-window.ts'
import type { AttemptOutcome, RateLimit, SendStep } from './lane.ts'
import { composeMessage, type Message } from './message/message.ts'
import { Outbox } from './outbox.ts'
import type { RetryLimits } from './retry-delay.ts'
import { LOST_SECRETS, Sender, type SenderParts } from './sender.ts'
import { testMessage } from './test-message.ts'
import { Devices } from './web-push/devices.ts'

/** How a hub under test departs from a user's. */
export interface NotifyOptions extends Pick<SenderParts, 'ca' | 'origins' | 'timeoutMs'> {
  grouping?: GroupingLimits
  retry?: RetryLimits
  rate?: RateLimit
  random?: () => number
  /** Told at each step of a message. */
  reach?: (step: SendStep) => void
  /** Between looks at what is due, ms. */
  tickMs?: number
}

export interface NotificationsParts {
  db: ControlDb
  box: SecretBox
  clock: Clock
  log: Log
  publicUrl: string | undefined
  options?: NotifyOptions | undefined
}

const TICK_MS = 500
const LAST_ANSWER_MS = 500

/** Everything that brings notices to people: channels, outbox, dispatcher and the record of what was sent. */
export class Notifications implements AsyncDisposable {
  readonly channels: Channels
  readonly deliveries: DeliveryLog
  readonly devices: Devices
  /** What the engine writes to. */
  readonly outbox: Outbox
  /** How each attempt ended. */
  onAttempt: (outcome: AttemptOutcome) => void = () => {}
  readonly #parts: NotificationsParts
  readonly #sender: Sender
  readonly #dispatcher: Dispatcher
  readonly #timers: Disposable[] = []

  private constructor(parts: NotificationsParts, devices: Devices) {
    const { db, box, clock, log, options = {} } = parts
    this.#parts = parts
    this.devices = devices
    this.channels = new Channels(db, box, clock)
    this.deliveries = new DeliveryLog(db)
    this.#sender = new Sender({ clock, devices, ...options })
    this.#dispatcher = new Dispatcher({
      ...{ db, clock, log, channels: this.channels },
      ...{
        grouping: options.grouping,
        retry: options.retry,
        rate: options.rate,
        random: options.random,
        reach: options.reach,
      },
      send: (channel, delivery) => this.#send(channel, delivery),
      count: (outcome) => this.onAttempt(outcome),
    })
    this.outbox = new Outbox(() => this.failingChannels())
    this.outbox.onWake = () => void this.#dispatcher.look()
  }

  static async open(parts: NotificationsParts): Promise<Notifications> {
    return new Notifications(parts, await Devices.open(parts.db, parts.box, parts.clock))
  }

  /** Takes up what earlier runs left; from here on things are sent. */
  async start(): Promise<void> {
    await this.#dispatcher.start()
    const { options = {} } = this.#parts
    this.#timers.push(
      every(options.tickMs ?? TICK_MS, () => this.tick()),
      every(HOUR, () => void this.#prune()),
    )
    void this.#prune()
  }

  tick(): void {
    this.#dispatcher.tick()
  }

  /** Resolves when nothing is under way; for tests. */
  settled(): Promise<void> {
    return this.#dispatcher.settled()
  }

  get teller(): Teller {
    return this.outbox
  }

  failingChannels(): FailingChannel[] {
    return this.#dispatcher.failingChannels()
  }

  wire(channel: ChannelRecord): Channel {
    const standing = this.#dispatcher.standingOf(channel.id)
    return wireOf(channel, channel.isLost ? { ...standing, fault: LOST_SECRETS } : standing)
  }

  /** What waits for it is given up and can be seen there.
   * @throws {Refusal} 404 `channel_unknown` */
  async removeChannel(id: number): Promise<void> {
    const { db, clock } = this.#parts
    const { spec } = this.channels.known(id)
    const about = { db, channelId: id, channel: spec.name, at: clock.now() }
    await this.channels.remove(id, await giveUpStatements(about, 'Its channel was deleted'))
  }

  /** Sends a test message at once, past outbox and limits.
   * @param id whose secrets count where `spec` has none; null: nobody's
   * @throws {Refusal} 404 `channel_unknown`, 400 `channel_invalid` */
  async test(
    id: number | null,
    spec: ChannelSpec,
  ): Promise<{ is_sent: boolean; fault: string | null; took_ms: number }> {
    const { clock, publicUrl } = this.#parts
    const before = id === null ? undefined : this.channels.known(id)
    const channel = { ...checkChannel(spec, before), isLost: false }
    const began = clock.monotonic()
    const result = await this.#sender.send(channel, testMessage(clock.now(), publicUrl), [])
    const isAsStored = before !== undefined && isSame(channel, before)
    if (result.kind === 'sent' && isAsStored) this.#dispatcher.worked(before.id)
    const fault = result.kind === 'sent' ? (result.note ?? null) : result.fault
    return { is_sent: result.kind === 'sent', fault, took_ms: Math.round(clock.monotonic() - began) }
  }

  /** @throws {Refusal} 404 `delivery_unknown`, 409 `delivery_not_dead`, `delivery_without_channel` */
  async retry(id: number): Promise<Delivery> {
    const delivery = await this.deliveries.revive(id, this.#parts.clock.now())
    await this.#dispatcher.takeUpAgain(id)
    return delivery
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) timer[Symbol.dispose]()
    this.#dispatcher.stop()
    // what is on the wire gets a moment to be answered: cut off, it would be sent once more by the next run
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, LAST_ANSWER_MS)
    await Promise.race([this.#dispatcher.settled(), promise])
    clearTimeout(timer)
    this.#sender[Symbol.dispose]()
    await this.#dispatcher[Symbol.asyncDispose]()
  }

  async #send(channel: ChannelRecord, { key, body, done }: WaitingDelivery): Promise<SendResult> {
    const { publicUrl } = this.#parts
    let message: Message
    try {
      message = composeMessage({ key, ...body, publicUrl })
    } catch {
      // stored by a version that knew less or more of an alert
      return { kind: 'refused', fault: 'What is stored of it is no message this version can make' }
    }
    return this.#sender.send(channel, message, done)
  }

  async #prune(): Promise<void> {
    try {
      await this.deliveries.prune(this.#parts.clock.now())
    } catch (fault) {
      this.#parts.log.error('old notifications cannot be deleted; tried again', {
        fault: errorMessage(fault),
      })
    }
  }
}

/** A field that was left empty is the same as one that is not there. */
function isSame(
  one: Pick<ChannelRecord, 'spec' | 'secrets'>,
  other: Pick<ChannelRecord, 'spec' | 'secrets'>,
): boolean {
  return (
    Bun.deepEquals(one.spec.settings, other.spec.settings) &&
    one.spec.kind === other.spec.kind &&
    Bun.deepEquals(one.secrets, other.secrets)
  )
}
