import { createHash, randomInt, timingSafeEqual } from 'node:crypto'

/** Without 0 O 1 I L: it is read from a terminal and typed. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/** 20 characters in groups of four, 99 random bits: `7KQ2-…`. */
export function randomSetupCode(): string {
  const characters = Array.from({ length: 20 }, () => ALPHABET[randomInt(ALPHABET.length)]!)
  return characters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

/** Compares in constant time; case, spaces and dashes do not count. */
export function isSetupCode(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}

function digest(code: string): Buffer {
  return createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest()
}
