import type { WireRow } from '@lumen/protocol/agent/frame'

/** What nvidia-smi is asked for, in the order of its columns. */
export const CARD_COLUMNS = [
  'index',
  'name',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
] as const

/** A line a card; a name may hold commas. */
const LINE = /^(\d+), (.*), ([^,]*), ([^,]*), ([^,]*), ([^,]*), ([^,]*)$/
const MEBIBYTE = 1024 ** 2

/** Cards by their keys, from `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`. What a card cannot tell, as
 * `[N/A]`, is left out. undefined where a line is no such line. Kept apart from the cards of the kernel's own numbering. */
export function parseCards(output: string): Record<string, WireRow<'gpu'>> | undefined {
  const rows: Record<string, WireRow<'gpu'>> = {}
  for (const text of output.split('\n')) {
    if (text.trim() === '') continue
    const [, index, name, ...numbers] = LINE.exec(text.trim()) ?? []
    if (index === undefined || name === undefined) return undefined
    const [util, used, total, celsius, watts] = numbers.map(numberOf)
    const bytes = (mebibytes: number | undefined) =>
      mebibytes === undefined ? undefined : Math.round(mebibytes * MEBIBYTE)
    rows[`nvidia${index}`] = {
      name: name.slice(0, 256),
      util_pct: util,
      mem_used_bytes: bytes(used),
      mem_total_bytes: bytes(total),
      temp_celsius: celsius,
      power_watts: watts === undefined ? undefined : Math.round(watts * 10) / 10,
    }
  }
  return rows
}

const numberOf = (text: string) => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined)
