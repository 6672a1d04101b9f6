import { expect, test } from 'bun:test'
import { checkOrigin } from './origin.ts'

const hosts = ['hub:8090', 'lumen.example', 'Proxied.example:443', '[fd00::1]:8090', null]

test.each<[Record<string, string>]>([
  [{}],
  [{ origin: 'http://hub:8090' }],
  [{ origin: 'https://LUMEN.example' }],
  [{ origin: 'https://proxied.example' }],
  [{ origin: 'http://[fd00::1]:8090' }],
  [{ origin: 'http://hub:8090', 'sec-fetch-site': 'same-origin' }],
])('%o may call', (headers) => {
  expect(() => checkOrigin(new Headers(headers), hosts)).not.toThrow()
})

test.each<[Record<string, string>]>([
  [{ origin: 'http://evil.example' }],
  [{ origin: 'http://hub:8091' }],
  [{ origin: 'http://hub:8090.evil.example' }],
  [{ origin: 'null' }],
  [{ origin: '' }],
  [{ origin: 'http://proxied.example' }],
  [{ origin: 'file://' }],
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site', origin: 'http://hub:8090' }],
])('%o may not', (headers) => {
  expect(() => checkOrigin(new Headers(headers), hosts)).toThrow('another site')
})
