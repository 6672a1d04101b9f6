import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import { syncFolder } from '@lumen/std/sync-folder'

export const SECRET_KEY_FILE = 'secret.key'
export const SECRET_KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/** Keeps what the hub must be able to say again (passwords of channels, tokens of other systems) from being read off
 * its database: AES-256-GCM under a key in a file of its own. A copy of control.db alone gives none of it away. */
export class SecretBox {
  readonly #key: Buffer

  private constructor(key: Buffer) {
    this.#key = key
  }

  /** Takes the data directory's key, made on first use, for its owner alone.
   * @throws {LumenError} `secret_key_unusable` when the file is there but is no key, or cannot be read or made */
  static open(dataDir: string): SecretBox {
    const path = join(dataDir, SECRET_KEY_FILE)
    try {
      return new SecretBox(readKey(path) ?? makeKey(path))
    } catch (cause) {
      if (cause instanceof LumenError) throw cause
      throw new LumenError('secret_key_unusable', `Cannot use ${path}: ${errorMessage(cause)}`, { cause })
    }
  }

  /** @param context what the secret belongs to; it opens for nothing else */
  seal(secret: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(context))
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
  }

  /** The secret, or undefined when it was sealed under another key, for something else, or was changed. */
  open(sealed: string, context: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64')
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    try {
      const body = bytes.subarray(NONCE_BYTES + TAG_BYTES)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }
}

function readKey(path: string): Buffer | undefined {
  let key: Buffer
  try {
    key = readFileSync(path)
  } catch (fault) {
    if (errorCode(fault) === 'ENOENT') return undefined
    throw fault
  }
  if (key.length === SECRET_KEY_BYTES) return key
  throw new LumenError(
    'secret_key_unusable',
    `${path} holds ${key.length} bytes, a key has ${SECRET_KEY_BYTES}. Restore it, or remove it and enter the secrets of channels and connections anew`,
  )
}

/** Whole and on the disk before anything is sealed with it. */
function makeKey(path: string): Buffer {
  const key = randomBytes(SECRET_KEY_BYTES)
  const made = `${path}.tmp`
  rmSync(made, { force: true })
  const fd = openSync(made, 'wx', 0o600)
  try {
    writeSync(fd, key)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(made, path)
  syncFolder(dirname(path))
  return key
}
