const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

export interface JsonLimits {
  /** Levels of lists and objects. */
  depth: number
  /** Members of one list or object. */
  members: number
  /** Lists and objects in all. */
  parts: number
}

/** Whether a JSON text is of a shape worth parsing, found without building anything: eight million brackets take the
 * parser a second, an object with half a million names takes what checks it two, and a million empty objects take 300 MB. */
export function jsonShape(
  json: Uint8Array,
  limits: JsonLimits,
): 'fits' | 'too-deep' | 'too-wide' | 'too-many' {
  const members = new Int32Array(limits.depth + 1)
  let depth = 0
  let parts = 0
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === QUOTE) {
      for (at++; at < json.length && json[at] !== QUOTE; at++) if (json[at] === BACKSLASH) at++
    } else if (byte === COMMA) {
      if (depth > 0 && ++members[depth]! > limits.members) return 'too-wide'
    } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth += 1
      if (depth > limits.depth) return 'too-deep'
      if (++parts > limits.parts) return 'too-many'
      if (depth > 0) members[depth] = 1
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      depth -= 1
    }
  }
  return 'fits'
}
