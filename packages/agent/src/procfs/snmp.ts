import { ParseError } from '../parse-error.ts'

/** Open TCP connections, IPv6 included, from `/proc/net/snmp` (RFC 4022 tcpCurrEstab); undefined when the kernel
 * lists no such column.
 * @throws {ParseError} `snmp_malformed` when the Tcp lines are cut. */
export function parseTcpEstablished(text: string): number | undefined {
  const at = text.startsWith('Tcp: ') ? 0 : text.indexOf('\nTcp: ') + 1
  const [names, values] = text
    .slice(at)
    .split('\n', 2)
    .filter((line) => line.startsWith('Tcp: '))
    .map((line) => line.trim().split(' '))
  if (names === undefined || values === undefined)
    throw new ParseError('snmp', 'the two Tcp lines are not there')
  const column = names.indexOf('CurrEstab')
  if (column < 0) return undefined
  const value = Number(values[column])
  if (!Number.isInteger(value) || value < 0) throw new ParseError('snmp', 'CurrEstab has no value')
  return value
}
