/** Shorter ones are words that stand in texts by chance. */
const LEAST_LENGTH = 4
const COVER = '•••'

/** A text without any of the secrets, however they are spelt in it (as they are, in a URL, in base64). Longest first, so
 * that one inside another leaves nothing over. */
export function redact(text: string, secrets: Iterable<string>): string {
  const parts = [...secrets]
    .flatMap((secret) => [secret, ...partsOf(secret)])
    .filter((part) => part.length >= LEAST_LENGTH)
  const spellings = new Set(parts.flatMap(spellingsOf))
  const longestFirst = [...spellings].sort((one, other) => other.length - one.length)
  const clean = longestFirst.reduce((text, spelt) => text.replaceAll(spelt, COVER), text)
  return clean.replace(BASE64, (word) => (holdsOne(word, parts) ? COVER : word))
}

/** Long enough to hold the shortest secret, wherever in it that begins. */
const BASE64 = /[A-Za-z0-9+/_-]{6,}={0,2}/g

/** Whether a word is base64 of something with a secret in it, as logins are. */
function holdsOne(word: string, secrets: readonly string[]): boolean {
  const decoded = Buffer.from(word, 'base64').toString('utf8')
  return secrets.some((secret) => decoded.includes(secret))
}

function spellingsOf(part: string): string[] {
  const base64 = Buffer.from(part).toString('base64')
  return [
    part,
    encodeURIComponent(part),
    JSON.stringify(part).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
  ]
}

/** Secrets that are addresses give themselves away by their path and query alone; one word after another of a list. */
function partsOf(secret: string): string[] {
  const words = secret.split(/[\s,]+/).filter((word) => word.length >= LEAST_LENGTH)
  const urls = words.filter((word) => URL.canParse(word)).map((word) => new URL(word))
  return [
    ...(words.length > 1 ? words : []),
    ...urls.flatMap(({ pathname, search, username, password }) => [
      `${pathname}${search}`,
      search.slice(1),
      username,
      password,
      ...pathname.split('/').filter((piece) => piece.length >= 12),
    ]),
  ]
}
