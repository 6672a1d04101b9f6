import type { ChannelKind } from '@lumen/protocol/http/channels'
import type { Clock } from '@lumen/std/clock'
import type { Form, FormValues } from './form.ts'
import type { HttpSend } from './http-send.ts'
import type { Message } from './message/message.ts'

/** How one attempt to bring a message to a channel ended. Faults are for people and hold no secret. */
export type SendResult =
  | { kind: 'sent'; note?: string }
  /** Worth another attempt. `done`: recipients that have it and must not get it again. */
  | { kind: 'failed'; fault: string; retryAfterMs?: number; done?: readonly string[] }
  /** The same again would be refused again. */
  | { kind: 'refused'; fault: string }

export interface SendContext {
  http: HttpSend
  clock: Clock
  /** For one conversation with a service. */
  timeoutMs: number
  /** Certificates to trust beside the system's, PEM; for tests. */
  ca: string | undefined
  /** Where services with one address live. */
  origins: { pushover: string; telegram: string }
  /** Recipients an earlier attempt of this message has reached. */
  done: readonly string[]
  /** Browsers that asked for web push. */
  devices: PushDevices
  signal: AbortSignal
}

export interface PushDevice {
  id: number
  endpoint: string
  p256dh: string
  auth: string
}

export interface PushDevices {
  list(): readonly PushDevice[]
  /** Its push service says that it is gone. */
  forget(id: number): Promise<void>
  /** What the hub signs with. */
  vapid(): { publicKey: string; privateKey: string }
}

/** One way to tell people something. */
export interface ChannelKindSpec<Settings extends Form = Form, Secrets extends Form = Form> {
  kind: ChannelKind
  settings: Settings
  secrets: Secrets
  /** What single fields cannot say. @returns the field and what is wrong with it */
  check?(
    settings: FormValues<Settings>,
    secrets: FormValues<Secrets>,
  ): { path: string; message: string } | undefined
  send(
    message: Message,
    channel: { settings: FormValues<Settings>; secrets: FormValues<Secrets> },
    context: SendContext,
  ): Promise<SendResult>
}

/** Infers the forms' types; the result fits in a list of kinds. */
export function channelKind<Settings extends Form, Secrets extends Form>(
  spec: ChannelKindSpec<Settings, Secrets>,
): ChannelKindSpec {
  return spec as unknown as ChannelKindSpec
}
