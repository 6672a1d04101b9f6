import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { sampleMessage } from '../../testing/sample-message.ts'
import { cutTo } from './cut-to.ts'
import { byBytes, byChars, render } from './render.ts'
import { HTML, MARKDOWN, PLAIN, TELEGRAM_HTML } from './styles.ts'

const anyText = fc.string({ unit: 'grapheme', maxLength: 80 })

test('no text is larger than there is room for, broken in half, or silent about what it leaves out', () => {
  fc.assert(
    fc.property(
      fc.array(anyText, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(PLAIN, HTML, TELEGRAM_HTML, MARKDOWN),
      fc.integer({ min: 40, max: 4_000 }),
      fc.boolean(),
      (summaries, style, most, isBytes) => {
        const message = sampleMessage(summaries.map((summary, id) => ['fired', { id, summary }] as const))
        const room = isBytes ? byBytes(most) : byChars(most)
        const text = render(message, style, room)
        expect(room.size(text)).toBeLessThanOrEqual(most)
        expect(text.isWellFormed()).toBe(true)
        const shown = text.split('Warning').length - 1
        if (shown < summaries.length && shown > 0) expect(text).toMatch(/more|…/)
      },
    ),
  )
})

test('a cut text fits, begins like the whole, and keeps what fits as it is', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 100 }), (text, most) => {
      const cut = cutTo(text, byBytes(most))
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most)
      if (Buffer.byteLength(text) <= most) expect(cut).toBe(text)
      else expect(text.startsWith(cut.slice(0, -1))).toBe(true)
    }),
  )
})

test('no name opens a tag in HTML or a link in Markdown', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'<>&"\'[]()*_`~|\\#@!ab '), maxLength: 40 }), (name) => {
      expect(HTML.escape(name)).not.toMatch(/[<>"']/)
      expect(MARKDOWN.escape(name).replace(/\\./g, '')).not.toMatch(/[[\]()*_`~|<>#!]/)
      expect(MARKDOWN.escape(name)).not.toMatch(/@[a-z]/)
    }),
  )
})
