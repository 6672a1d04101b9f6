import { seededRandom } from '@lumen/testkit/random'
import type { HttpBehaviour, RecordedRequest } from '@lumen/testkit/recording-http'
import type { SmtpStage } from '@lumen/testkit/recording-smtp'

/** Attempts of one message that may go wrong: after them it is taken. */
const MOST_FAILURES = 3

const HTTP_FAILURES: readonly HttpBehaviour[] = [
  { kind: 'hang' },
  { kind: 'reset' },
  { kind: 'garbage' },
  { kind: 'answer', status: 500, body: '<html>oops' },
  { kind: 'answer', status: 503 },
  { kind: 'answer', status: 429, headers: { 'retry-after': '45' }, body: 'slow down' },
]

export const SMTP_FAILURES: readonly [SmtpStage, string][] = [
  ['CONNECT', 'drop'],
  ['CONNECT', '421 too busy'],
  ['EHLO', 'what?'],
  ['MAIL', '451 later'],
  ['DATA', 'hang'],
  ['END', '452 no room'],
  ['END', 'take-and-drop'],
]

/** Answers a third of the first attempts badly, whatever order they come in: what one message meets depends on the seed and
 * its place among the messages of the server alone. */
export function unreliable(seed: number, keyOf: (request: RecordedRequest) => string) {
  const attempts = new Map<string, { failures: HttpBehaviour[] }>()
  return (request: RecordedRequest): HttpBehaviour => {
    const key = keyOf(request)
    let known = attempts.get(key)
    if (known === undefined) {
      const random = seededRandom(seed + attempts.size)
      const count = random() < 0.33 ? 1 + Math.floor(random() * MOST_FAILURES) : 0
      const failures = Array.from(
        { length: count },
        () => HTTP_FAILURES[Math.floor(random() * HTTP_FAILURES.length)]!,
      )
      known = { failures }
      attempts.set(key, known)
    }
    return known.failures.shift() ?? { kind: 'answer', body: '{}' }
  }
}
