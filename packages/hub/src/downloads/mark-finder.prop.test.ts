import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { MARK_BEGIN, MarkFinder } from './mark-finder.ts'

function versionIn(pieces: readonly string[]): string | null {
  const finder = new MarkFinder()
  for (const piece of pieces) finder.read(Buffer.from(piece, 'latin1'))
  return finder.version
}

test('the version is found wherever a build is cut into pieces', () => {
  const text = `${'x'.repeat(200)}"${MARK_BEGIN}";/* ${MARK_BEGIN}1.22.333-rc.1@ */${'y'.repeat(200)}`
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
      const ends = [0, ...cuts.sort((a, b) => a - b), text.length]
      const pieces = ends.slice(1).map((end, index) => text.slice(ends[index], end))
      expect(versionIn(pieces)).toBe('1.22.333-rc.1')
    }),
  )
})

test('without a mark there is no version, and half a mark is none', () => {
  for (const text of ['', MARK_BEGIN, `${MARK_BEGIN}1.2@`, `${MARK_BEGIN}1.2.3`, '@lumen-build1.2.3@'])
    expect({ text, version: versionIn([text]) }).toEqual({ text, version: null })
})
