/** First and last bytes of a Parquet file. */
export const MAGIC = new TextEncoder().encode('PAR1')

export const GUARD_BYTES = 12
/** "LMNF". */
const GUARD = 0x464e4d4c

/** What stands right before the footer, because Parquet gives the footer no checksum: length and CRC-32 of it. */
export function guardOf(footer: Uint8Array): Uint8Array {
  const guard = new Uint8Array(GUARD_BYTES)
  const view = new DataView(guard.buffer)
  view.setUint32(0, GUARD, true)
  view.setUint32(4, footer.length, true)
  view.setUint32(8, Bun.hash.crc32(footer), true)
  return guard
}

export function isGuardOf(guard: Uint8Array, footer: Uint8Array): boolean {
  return Buffer.compare(guard, guardOf(footer)) === 0
}
