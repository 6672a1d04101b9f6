import { expect, test } from 'bun:test'
import { axisText } from './axis-text.ts'

test('tick labels carry no empty digits', () => {
  const plain = (text: string) => text.replace(/\u00a0/g, ' ')
  expect(plain(axisText('percent', 50))).toBe('50 %')
  expect(plain(axisText('percent', 12.5))).toBe('12.5 %')
  expect(plain(axisText('bytes', 4 * 2 ** 30))).toBe('4 GiB')
  expect(plain(axisText('load', 0.5))).toBe('0.5')
  expect(plain(axisText('load', 10))).toBe('10')
  expect(plain(axisText('bytes_per_second', 100_000))).toBe('100 kB/s')
  expect(axisText('bytes', 0)).toBe('0')
})
