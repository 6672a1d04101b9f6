import { expect, test } from 'bun:test'
import { type Answer, answerText } from './answer.ts'
import { parseCsv } from './csv.ts'

const ANSWER: Answer = {
  columns: [
    { name: 'key', isNumber: false },
    { name: 'sum', isNumber: true },
    { name: 'all', isNumber: false },
  ],
  rows: [
    ['文', '9007199254740993', [1, 2]],
    ['two\nlines', 'NaN', null],
    ['', 1.5, { a: true }],
  ],
}

test('a table keeps its columns aligned, wide characters and line ends included', () => {
  expect(answerText(ANSWER, 'table').split('\n')).toEqual([
    'key                     sum  all',
    '─────────  ────────────────  ──────────',
    '文         9007199254740993  [1,2]',
    'two lines               NaN',
    '                        1.5  {"a":true}',
    '',
  ])
})

test('JSON has numbers as DuckDB has them, those past 2^53 too, and what JSON has no number for as text', () => {
  expect(answerText(ANSWER, 'json')).toBe(
    '[{"key":"文","sum":9007199254740993,"all":[1,2]},\n' +
      '{"key":"two\\nlines","sum":"NaN","all":null},\n' +
      '{"key":"","sum":1.5,"all":{"a":true}}]\n',
  )
})

test('CSV tells an empty text from a missing value and is read back as it was', () => {
  const text = answerText(ANSWER, 'csv')
  expect(text).toContain('"",1.5,"{""a"":true}"\n')
  expect(parseCsv(text)).toEqual([
    ['key', 'sum', 'all'],
    ['文', '9007199254740993', '[1,2]'],
    ['two\nlines', 'NaN', ''],
    ['', '1.5', '{"a":true}'],
  ])
  expect([parseCsv(''), parseCsv('a,b\r\n"c"')]).toEqual([[], [['a', 'b'], ['c']]])
})

test('an answer without columns is nothing, in JSON an empty array', () => {
  const none: Answer = { columns: [], rows: [] }
  expect((['table', 'csv', 'json'] as const).map((format) => answerText(none, format))).toEqual([
    '',
    '',
    '[]\n',
  ])
})
