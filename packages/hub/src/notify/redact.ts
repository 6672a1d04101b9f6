/** Shorter ones are words that stand in texts by chance. */
const LEAST_LENGTH = 4
const COVER = '•••'

/** A text without any of the secrets, however they are spelt in it (as they are, in a URL, in base64). Longest first, so
 * that one inside another leaves nothing over. */
export function redact(text: string, secrets: Iterable<string>): string {
  const spellings = new Set<string>()
  for (const secret of secrets) {
    for (const part of [secret, ...partsOf(secret)]) {
      if (part.length < LEAST_LENGTH) continue
      for (const spelt of spellingsOf(part)) spellings.add(spelt)
    }
  }
  const longestFirst = [...spellings].sort((one, other) => other.length - one.length)
  return longestFirst.reduce((clean, spelt) => clean.replaceAll(spelt, COVER), text)
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
