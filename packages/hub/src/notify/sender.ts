import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { PushDevices, SendContext, SendResult } from './channel-kind.ts'
import type { ChannelRecord } from './channels.ts'
import { HttpSend, TIMEOUT_MS } from './http-send.ts'
import { kindOf } from './kinds.ts'
import { cutText, type Message } from './message/message.ts'
import { redact } from './redact.ts'

export interface SenderParts {
  clock: Clock
  devices: PushDevices
  /** Certificates to trust beside the system's, PEM; for tests. */
  ca?: string | undefined
  /** Where services with one address live, when a test plays them. */
  origins?: SendContext['origins'] | undefined
  /** For one request. */
  timeoutMs?: number | undefined
}

const ORIGINS: SendContext['origins'] = {
  pushover: 'https://api.pushover.net',
  telegram: 'https://api.telegram.org',
}

/** The one place where a channel's kind is called, so that whatever it answers or throws, no secret gets out of it. */
export class Sender implements Disposable {
  readonly #parts: SenderParts
  readonly #http: HttpSend
  readonly #stop = new AbortController()

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#http = new HttpSend({
      ca: parts.ca,
      ...(parts.timeoutMs !== undefined && { timeoutMs: parts.timeoutMs }),
    })
  }

  /** @param done recipients an earlier attempt has reached */
  async send(
    channel: Pick<ChannelRecord, 'spec' | 'secrets' | 'isLost'>,
    message: Message,
    done: readonly string[],
  ): Promise<SendResult> {
    const { spec, secrets, isLost } = channel
    if (isLost) return { kind: 'failed', fault: LOST_SECRETS }
    const kind = kindOf(spec.kind)
    if (kind === undefined)
      return { kind: 'refused', fault: `This hub knows no channels of the kind ${spec.kind}` }
    const clean = (text: string) => clipped(redact(text, Object.values(secrets)))
    try {
      const result = await kind.send(message, { settings: spec.settings, secrets }, this.#context(done))
      if (result.kind !== 'sent') return { ...result, fault: clean(result.fault) }
      return result.note === undefined ? result : { kind: 'sent', note: clean(result.note) }
    } catch (thrown) {
      return { kind: 'failed', fault: clean(`The message could not be made: ${errorMessage(thrown)}`) }
    }
  }

  /** Ends what is under way. */
  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  #context(done: readonly string[]): SendContext {
    const { clock, devices, ca, origins = ORIGINS, timeoutMs = TIMEOUT_MS } = this.#parts
    return { http: this.#http, clock, devices, ca, origins, timeoutMs, done, signal: this.#stop.signal }
  }
}

const MOST_FAULT = 300

function clipped(text: string): string {
  return text.length > MOST_FAULT ? `${cutText(text, MOST_FAULT)}…` : text
}

export const LOST_SECRETS =
  'Its secrets cannot be opened with this hub’s key (restored without secret.key?): enter them anew'
