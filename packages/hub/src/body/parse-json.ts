import { Refusal } from '../refusal.ts'
import { nestingDepth } from './nesting-depth.ts'

export const MAX_JSON_DEPTH = 16

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws {Refusal} 400 `json_malformed`, `json_too_deep` */
export function parseJson(bytes: Uint8Array): unknown {
  if (nestingDepth(bytes, MAX_JSON_DEPTH) > MAX_JSON_DEPTH) {
    throw new Refusal(
      400,
      'json_too_deep',
      `The JSON nests deeper than the limit of ${MAX_JSON_DEPTH} levels`,
    )
  }
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    throw new Refusal(400, 'json_malformed', 'The body is not JSON in UTF-8', { cause })
  }
}
