import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { matchesGlob } from './glob.ts'

const letter = fc.constantFrom('a', 'b', 'B', '.', '/', '😀')
const text = fc.string({ unit: letter, maxLength: 12 })
const glob = fc.string({ unit: fc.oneof(letter, fc.constantFrom('*', '?')), maxLength: 8 })

/** The definition, word for word, and slow. */
function fits(glob: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = glob
  if (first === undefined) return text.length === 0
  if (first === '*') return text.some((_, at) => fits(rest, text.slice(at))) || fits(rest, [])
  if (text.length === 0) return false
  return (first === '?' || first === text[0]) && fits(rest, text.slice(1))
}

test('a glob fits exactly what its definition says', () => {
  fc.assert(
    fc.property(glob, text, (glob, text) => {
      const expected = fits(Array.from(glob.toLowerCase()), Array.from(text.toLowerCase()))
      expect(matchesGlob(glob, text)).toBe(expected)
    }),
    { numRuns: 2_000 },
  )
})

test('a glob fits the whole text and not a part of it', () => {
  expect(matchesGlob('web', 'web1')).toBe(false)
  expect(matchesGlob('web*', 'WEB1')).toBe(true)
  expect(matchesGlob('*', '')).toBe(true)
  expect(matchesGlob('?', '')).toBe(false)
  expect(matchesGlob('/mnt/*', '/mnt/a/b')).toBe(true)
})

test('what means something in a regular expression means itself', () => {
  expect(matchesGlob('a.c', 'abc')).toBe(false)
  expect(matchesGlob('[ab](c)+', '[ab](c)+')).toBe(true)
})

test('eight stars over a long text that does not fit end soon', () => {
  expect(matchesGlob('*a*a*a*a*a*a*a*b', 'a'.repeat(4_096))).toBe(false)
})
