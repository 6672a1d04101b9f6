const PATTERN = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/

/** An RFC 3339 time with 0 to 9 fractional digits → epoch ms, finer digits cut off. undefined when it is none. */
export function parseRfc3339(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  const [, date, time, fraction = '', zone] = text.match(PATTERN) ?? []
  if (date === undefined) return undefined
  const ms = Date.parse(`${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}${zone?.toUpperCase()}`)
  return Number.isNaN(ms) ? undefined : ms
}
