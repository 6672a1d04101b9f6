import { expect, test } from 'bun:test'
import { prometheusText } from './prometheus.ts'

test('families become text with escaped labels; empty ones and NaN are left out', () => {
  expect(
    prometheusText([
      { name: 'a_total', help: 'Two\nlines', type: 'counter', values: [{ value: 3 }] },
      { name: 'b', help: 'B', type: 'gauge', values: [] },
      {
        name: 'c',
        help: 'C',
        type: 'gauge',
        values: [
          { labels: { host: 'a "b"\\' }, value: 1.5 },
          { labels: { host: 'x' }, value: Number.NaN },
        ],
      },
    ]),
  ).toBe(
    '# HELP a_total Two\\nlines\n# TYPE a_total counter\na_total 3\n# HELP c C\n# TYPE c gauge\nc{host="a \\"b\\"\\\\"} 1.5\n',
  )
})
