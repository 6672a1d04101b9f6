import { Refusal } from '../refusal.ts'
import { jsonShape } from './json-shape.ts'

/** A push has lists of 1,000 and maps of a few hundred; a machine with 10,000 filesystems gets its other frames in. Our agent's
 * fullest push, 4 MiB of nothing but cores, has 190,000 objects. */
export const JSON_LIMITS = { depth: 16, members: 20_000, parts: 250_000 }

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws {Refusal} 400 `json_malformed`, `json_too_deep`, `json_too_wide`, `json_too_many` */
export function parseJson(bytes: Uint8Array): unknown {
  const shape = jsonShape(bytes, JSON_LIMITS)
  if (shape === 'too-deep') {
    const { depth } = JSON_LIMITS
    throw new Refusal(400, 'json_too_deep', `The JSON nests deeper than the limit of ${depth} levels`)
  }
  if (shape === 'too-wide') {
    const { members } = JSON_LIMITS
    throw new Refusal(
      400,
      'json_too_wide',
      `The JSON has a list or an object of more than ${members} members, which is the limit`,
    )
  }
  if (shape === 'too-many') {
    const { parts } = JSON_LIMITS
    throw new Refusal(
      400,
      'json_too_many',
      `The JSON has more than ${parts} lists and objects, which is the limit`,
    )
  }
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    throw new Refusal(400, 'json_malformed', 'The body is not JSON in UTF-8', { cause })
  }
}
