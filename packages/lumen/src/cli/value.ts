import { ipFamily } from './ip-family.ts'

/** Turns the text of a setting into its value.
 * @throws {Error} whose message completes "--flag: …" with what is wanted. */
export type ParseValue<T> = (text: string) => T

export const text: ParseValue<string> = (value) => {
  if (value.trim() === '') throw new Error('must not be empty')
  return value
}

/** `http://` or `https://` address without a trailing slash, path, query or credentials. */
export const httpUrl: ParseValue<string> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new Error(`${JSON.stringify(value)} is no http:// or https:// address, as in http://hub.lan:8090`)
  if (url.username !== '' || url.password !== '') throw new Error('must not hold a user name or password')
  if (url.search !== '' || url.hash !== '') throw new Error('must not hold a query or fragment')
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** `500ms`, `5s`, `1m` → milliseconds within the bounds. */
export const duration =
  (leastMs: number, mostMs: number): ParseValue<number> =>
  (value) => {
    const [, digits, unit] = value.match(/^(\d+(?:\.\d+)?)(ms|s|m|h)$/) ?? []
    if (digits === undefined || unit === undefined)
      throw new Error(`${JSON.stringify(value)} is no duration, as in 5s, 500ms or 1m`)
    const ms = Math.round(Number(digits) * UNIT_MS[unit]!)
    if (ms < leastMs || ms > mostMs)
      throw new Error(`${value} is outside ${leastMs / 1_000}s to ${mostMs / 1_000}s`)
    return ms
  }

const UNIT_BYTES: Readonly<Record<string, number>> = {
  ...{ B: 1, KB: 1e3, MB: 1e6, GB: 1e9 },
  ...{ KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
}

/** `256MiB`, `1GB` → bytes, at least `least`, or `0` for nothing at all. */
export const sizeOrNone =
  (least: number): ParseValue<number> =>
  (value) => {
    if (value === '0') return 0
    const [, digits, unit] = value.match(/^(\d+(?:\.\d+)?)(B|[KMG]i?B)$/) ?? []
    if (digits === undefined || unit === undefined)
      throw new Error(`${JSON.stringify(value)} is no size, as in 256MiB or 1GB`)
    const bytes = Math.round(Number(digits) * UNIT_BYTES[unit]!)
    if (bytes < least) throw new Error(`${value} is less than ${least / 1024 ** 2}MiB, and not 0`)
    return bytes
  }

export const wholeNumber =
  (least: number, most: number): ParseValue<number> =>
  (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= least && number <= most))
      throw new Error(`${JSON.stringify(value)} is no whole number from ${least} to ${most}`)
    return number
  }

export interface ListenAddress {
  hostname: string
  /** 0: any free port. */
  port: number
}

/** `HOST:PORT`, `[IPV6]:PORT`, `:PORT` or `PORT`. */
export const listenAddress: ParseValue<ListenAddress> = (value) => {
  const [, bracketed, plain, digits] = value.match(/^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535)
    throw new Error(`${JSON.stringify(value)} is no address, as in 0.0.0.0:8090 or [::1]:8090`)
  if (bracketed !== undefined && ipFamily(bracketed) !== 6) throw new Error(`${bracketed} is no IPv6 address`)
  return { hostname: bracketed ?? (plain || '0.0.0.0'), port }
}

/** Comma list of addresses or networks, as in `10.0.0.0/8,::1`. */
export const networks: ParseValue<string[]> = (value) => {
  const list = value.split(',').map((part) => part.trim())
  for (const network of list) {
    const [address = '', bits, ...more] = network.split('/')
    const family = ipFamily(address)
    const mostBits = family === 6 ? 128 : 32
    const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= mostBits)
    if (family === 0 || more.length > 0 || !isBits)
      throw new Error(`${JSON.stringify(network)} is no address or network, as in 10.0.0.0/8`)
  }
  return list
}

/** A switch is on by its flag alone; elsewhere it is spelt out. */
export const onOff: ParseValue<boolean> = (value) => {
  if (/^(true|1|yes|on)$/i.test(value)) return true
  if (/^(false|0|no|off)$/i.test(value)) return false
  throw new Error(`${JSON.stringify(value)} is neither true nor false`)
}

export const oneOf =
  <const T extends string>(...choices: readonly T[]): ParseValue<T> =>
  (value) => {
    const choice = choices.find((candidate) => candidate === value)
    if (choice === undefined) throw new Error(`${JSON.stringify(value)} is none of ${choices.join(', ')}`)
    return choice
  }
