import { expect, test } from 'bun:test'
import { isObject } from './is-object.ts'
import { maybeJson } from './maybe-json.ts'

test('a text that is no JSON is undefined, and what is says what it holds', () => {
  expect(maybeJson('{"a":[1]}')).toEqual({ a: [1] })
  expect(maybeJson('null')).toBeNull()
  expect(maybeJson('{"a":')).toBeUndefined()
  expect(maybeJson('')).toBeUndefined()
})

test('an object has members by name: null, lists and plain values have not', () => {
  expect(isObject({})).toBe(true)
  for (const value of [null, undefined, [], 'a', 1]) expect(isObject(value)).toBe(false)
})
