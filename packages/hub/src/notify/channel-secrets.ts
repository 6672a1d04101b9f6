import { z } from 'zod'
import type { SecretBox } from '../secrets/secret-box.ts'

const sealedSchema = z.record(z.string(), z.string())

export type OpenSecrets = Readonly<Record<string, string>>

/** What of stored secrets can be opened, and whether that is all. */
export interface Opened {
  secrets: OpenSecrets
  /** Some were sealed with another key, as after a restore without it. */
  isLost: boolean
}

/** Each secret is sealed for its channel and its name, so it opens in no other place. */
export function sealSecrets(box: SecretBox, channelId: number, secrets: OpenSecrets): string {
  const sealed = Object.entries(secrets).map(([name, value]) => [
    name,
    box.seal(value, contextOf(channelId, name)),
  ])
  return JSON.stringify(Object.fromEntries(sealed))
}

export function openSecrets(box: SecretBox, channelId: number, stored: string): Opened {
  const sealed = sealedSchema.safeParse(JSON.parse(stored))
  if (!sealed.success) return { secrets: {}, isLost: true }
  const opened = Object.entries(sealed.data).map(
    ([name, value]) => [name, box.open(value, contextOf(channelId, name))] as const,
  )
  const found = opened.filter((entry): entry is readonly [string, string] => entry[1] !== undefined)
  return { secrets: Object.fromEntries(found), isLost: found.length < opened.length }
}

function contextOf(channelId: number, name: string): string {
  return `channel ${channelId} ${name}`
}
