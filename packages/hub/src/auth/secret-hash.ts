import { createHash, randomBytes } from 'node:crypto'

/** SHA-256 in hex: what is kept of a secret with more than 128 random bits. Looking one up by its hash leaks
 * nothing through timing, because a guess's hash tells nothing about the secret's. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** `bytes` random bytes as base64url text. */
export function randomSecret(bytes: number): string {
  return randomBytes(bytes).toString('base64url')
}
