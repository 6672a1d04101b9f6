import { numberOf, textOf } from '../number-text.ts'

/** Units one may type bytes in: those that are shown everywhere, and those on the box a disk came in. */
export const BYTE_UNITS = {
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
} as const
export type ByteUnit = keyof typeof BYTE_UNITS

export interface ByteText {
  text: string
  unit: ByteUnit
}

/** Bytes as somebody would have typed them: in the unit that needs the fewest characters, binary ones first. null
 * is an empty field. */
export function byteText(bytes: number | null): ByteText {
  if (bytes === null) return { text: '', unit: 'GiB' }
  const candidates = (Object.keys(BYTE_UNITS) as ByteUnit[])
    .map((unit) => ({ text: textOf(bytes / BYTE_UNITS[unit]), unit }))
    .filter(
      ({ text, unit }) => Math.round(Number(text) * BYTE_UNITS[unit]) === bytes && !text.startsWith('0.'),
    )
  const shortest = candidates.toSorted((a, b) => a.text.length - b.text.length)[0]
  return shortest ?? { text: textOf(bytes / BYTE_UNITS.MiB), unit: 'MiB' }
}

/** null for an empty field, undefined for what is no number. Whole bytes. */
export function bytesOf({ text, unit }: ByteText): number | null | undefined {
  if (text.trim() === '') return null
  const value = numberOf(text)
  return value === undefined ? undefined : Math.round(value * BYTE_UNITS[unit])
}
