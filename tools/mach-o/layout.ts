/** Where the parts of a 64-bit Mach-O file lie that its signature depends on. Offsets in bytes.
 * Source: Apple `mach-o/loader.h`. */
export interface MachO {
  cpu: 'x64' | 'arm64'
  /** Offset of the load command of the segment `__TEXT`, and of `__LINKEDIT`, which is the last. */
  textAt: number
  linkEditAt: number
  /** Offset of the load command of the signature, and where the signature itself lies. */
  signatureAt: number
  signature: { offset: number; size: number }
}

const MAGIC_64 = 0xfeedfacf
const CPUS = new Map<number, MachO['cpu']>([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
])
const SEGMENT_64 = 0x19
const CODE_SIGNATURE = 0x1d
const HEADER_BYTES = 32

/** @throws {Error} when it is no program for macOS, or has no room for a signature */
export function readMachO(file: Uint8Array): MachO {
  const view = viewOf(file)
  const cpu = CPUS.get(view.getUint32(4, true))
  if (view.getUint32(0, true) !== MAGIC_64 || cpu === undefined)
    throw new Error('not a 64-bit Mach-O file of x64 or arm64')
  const commands = view.getUint32(16, true)
  const found = new Map<string, number>()
  for (let at = HEADER_BYTES, left = commands; left > 0; left -= 1) {
    const kind = view.getUint32(at, true)
    if (kind === SEGMENT_64) found.set(segmentName(file, at), at)
    if (kind === CODE_SIGNATURE) found.set('signature', at)
    at += view.getUint32(at + 4, true)
  }
  const place = (name: string): number => {
    const at = found.get(name)
    if (at === undefined) throw new Error(`the Mach-O file has no ${name}`)
    return at
  }
  const signatureAt = place('signature')
  return {
    cpu,
    textAt: place('__TEXT'),
    linkEditAt: place('__LINKEDIT'),
    signatureAt,
    signature: {
      offset: view.getUint32(signatureAt + 8, true),
      size: view.getUint32(signatureAt + 12, true),
    },
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function segmentName(file: Uint8Array, at: number): string {
  return new TextDecoder().decode(file.subarray(at + 8, at + 24)).replace(/\0+$/, '')
}
