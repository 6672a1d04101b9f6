import { createHash } from 'node:crypto'
import { readMachO, viewOf } from './layout.ts'

/** Numbers of Apple's `kern/cs_blobs.h`; unlike the rest of the file they are big-endian. */
const SUPER_BLOB = 0xfade0cc0
const CODE_DIRECTORY = 0xfade0c02
const SUPER_BLOB_BYTES = 20
const DIRECTORY_BYTES = 88
const VERSION = 0x20400
const AD_HOC_BY_LINKER = 0x20002
const IS_MAIN_PROGRAM = 1n
const SHA256 = { kind: 2, bytes: 32 }
const PAGE_BITS = 12
const SEGMENT_ALIGN = 0x4000n

/** Whether the signature in a program for macOS covers all of it and every page has the digest written there. Apple
 * silicon ends a program at once for which that is not so, and so does macOS on Intel where a signature is stale. */
export function isSigned(file: Uint8Array): boolean {
  const { signature } = readMachO(file)
  const blob = file.subarray(signature.offset, signature.offset + signature.size)
  const directory = directoryOf(blob)
  if (directory === undefined || signature.offset + signature.size !== file.length) return false
  const view = viewOf(directory)
  const [hashesAt, slots, limit] = [view.getUint32(16), view.getUint32(28), view.getUint32(32)]
  const [hashBytes, hashKind, , pageBits] = directory.subarray(36, 40)
  if (hashKind !== SHA256.kind || hashBytes !== SHA256.bytes || limit !== signature.offset) return false
  const pages = pageDigests(file.subarray(0, limit), pageBits!)
  return slots * SHA256.bytes === pages.length && isEqual(pages, directory.subarray(hashesAt))
}

/** The program with an ad-hoc signature (of nobody: it vouches for the bytes only) in the place of that it has. */
export function signed(file: Uint8Array, identifier: string): Uint8Array {
  const { signature, signatureAt, linkEditAt, textAt } = readMachO(file)
  const limit = signature.offset
  const name = new TextEncoder().encode(`${identifier}\0`)
  const slots = Math.ceil(limit / 2 ** PAGE_BITS)
  const directoryBytes = DIRECTORY_BYTES + name.length + slots * SHA256.bytes
  const size = SUPER_BLOB_BYTES + directoryBytes
  const out = new Uint8Array(limit + size)
  out.set(file.subarray(0, limit))

  const view = viewOf(out)
  view.setUint32(signatureAt + 12, size, true)
  const linkEditBytes = BigInt(out.length) - view.getBigUint64(linkEditAt + 40, true)
  view.setBigUint64(
    linkEditAt + 32,
    ((linkEditBytes + SEGMENT_ALIGN - 1n) / SEGMENT_ALIGN) * SEGMENT_ALIGN,
    true,
  )
  view.setBigUint64(linkEditAt + 48, linkEditBytes, true)

  write32(view, limit, [SUPER_BLOB, size, 1, 0, SUPER_BLOB_BYTES])
  const at = limit + SUPER_BLOB_BYTES
  const hashesAt = DIRECTORY_BYTES + name.length
  const head = [VERSION, AD_HOC_BY_LINKER, hashesAt, DIRECTORY_BYTES, 0, slots, limit]
  write32(view, at, [CODE_DIRECTORY, directoryBytes, ...head])
  out.set([SHA256.bytes, SHA256.kind, 0, PAGE_BITS], at + 36)
  view.setBigUint64(at + 64, view.getBigUint64(textAt + 40, true))
  view.setBigUint64(at + 72, view.getBigUint64(textAt + 48, true))
  view.setBigUint64(at + 80, IS_MAIN_PROGRAM)
  out.set(name, at + DIRECTORY_BYTES)
  out.set(pageDigests(out.subarray(0, limit), PAGE_BITS), at + hashesAt)
  return out
}

function directoryOf(blob: Uint8Array): Uint8Array | undefined {
  const view = viewOf(blob)
  if (blob.length < SUPER_BLOB_BYTES || view.getUint32(0) !== SUPER_BLOB) return undefined
  for (let index = 0; index < view.getUint32(8); index += 1) {
    const at = view.getUint32(16 + 8 * index)
    if (view.getUint32(at) === CODE_DIRECTORY) return blob.subarray(at, at + view.getUint32(at + 4))
  }
  return undefined
}

/** The last page counts as far as it goes. */
function pageDigests(code: Uint8Array, pageBits: number): Uint8Array {
  const page = 2 ** pageBits
  const digests = new Uint8Array(Math.ceil(code.length / page) * SHA256.bytes)
  for (let index = 0; index * page < code.length; index += 1) {
    const bytes = code.subarray(index * page, (index + 1) * page)
    digests.set(createHash('sha256').update(bytes).digest(), index * SHA256.bytes)
  }
  return digests
}

function write32(view: DataView, at: number, values: readonly number[]): void {
  values.forEach((value, index) => {
    view.setUint32(at + 4 * index, value)
  })
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b.subarray(0, a.length)) === 0
}
