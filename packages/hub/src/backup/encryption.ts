import { LumenError } from '@lumen/std/error'
import { Decrypter, Encrypter } from 'age-encryption'
import { iterate, streamOf } from './streams.ts'

/** scrypt with N = 2^17: 128 MiB and about a second for each guess, and for us once a backup. `age` itself takes 2^18,
 * which is more memory than a small hub can spare. */
const SCRYPT_WORK_FACTOR = 17
const AGE_MAGIC = 'age-encryption.org/'

/** Whether a file that begins with these bytes is encrypted with age. */
export function isEncrypted(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, AGE_MAGIC.length)).toString('latin1') === AGE_MAGIC
}

/** age v1, to a passphrase (age-encryption.org/v1): `age -d` opens it. */
export async function* encrypted(
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(SCRYPT_WORK_FACTOR)
  encrypter.setPassphrase(passphrase)
  yield* iterate(await encrypter.encrypt(streamOf(source)))
}

/** @throws {LumenError} `passphrase_wrong`; a damaged body throws age's own fault while it is read */
export async function* decrypted(
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  let body: ReadableStream<Uint8Array>
  try {
    body = await decrypter.decrypt(streamOf(source))
  } catch (cause) {
    throw new LumenError(
      'passphrase_wrong',
      'The backup does not open with this passphrase, or its first lines are damaged. Nothing was changed',
      { cause },
    )
  }
  yield* iterate(body)
}
