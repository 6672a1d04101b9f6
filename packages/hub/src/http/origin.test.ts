import { expect, test } from 'bun:test'
import { checkOrigin } from './origin.ts'

const hosts = ['hub:8090', 'lumen.example', null]

test.each<[Record<string, string>]>([
  [{}],
  [{ origin: 'http://hub:8090' }],
  [{ origin: 'https://LUMEN.example' }],
  [{ origin: 'http://hub:8090', 'sec-fetch-site': 'same-origin' }],
])('%o may call', (headers) => {
  expect(() => checkOrigin(new Headers(headers), hosts)).not.toThrow()
})

test.each<[Record<string, string>]>([
  [{ origin: 'http://evil.example' }],
  [{ origin: 'http://hub:8091' }],
  [{ origin: 'http://hub:8090.evil.example' }],
  [{ origin: 'null' }],
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site', origin: 'http://hub:8090' }],
])('%o may not', (headers) => {
  expect(() => checkOrigin(new Headers(headers), hosts)).toThrow('another site')
})
