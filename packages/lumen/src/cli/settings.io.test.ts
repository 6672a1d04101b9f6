import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCommandLine } from './parse.ts'
import { Refusal, UsageError } from './refusal.ts'
import { resolveSettings } from './settings.ts'

function withFile<T>(content: string, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lumen-settings-'))
  try {
    writeFileSync(join(folder, 'hub.json'), content)
    return use(join(folder, 'hub.json'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const resolve = (args: string[], environment: Record<string, string> = {}) =>
  resolveSettings(parseCommandLine(args), environment)

test('flag beats environment beats file beats default', () => {
  withFile('{"data": "/file", "listen": "127.0.0.1:1"}', (path) => {
    const args = ['hub', '--config', path]
    const environment = { LUMEN_DATA: '/environment' }
    expect(resolve(['hub', '--data', 'd']).data).toBe('d')
    expect(resolve([...args, '--data', '/flag'], environment).data).toBe('/flag')
    expect(resolve(args, environment).data).toBe('/environment')
    expect(resolve(args).data).toBe('/file')
    expect(resolve(args).listen).toEqual({ hostname: '127.0.0.1', port: 1 })
    expect(resolve(['hub', '--config', path], { LUMEN_LOG_LEVEL: 'warn' })['log-level']).toBe('warn')
  })
})

test('the default stands where nothing is given, and an empty variable gives nothing', () => {
  const settings = resolve(['agent'], { LUMEN_PROC: '', LUMEN_DATA: '/elsewhere' })
  expect(settings.proc).toBe('/proc')
  expect(settings.interval).toBe(5_000)
  expect(settings.hub).toBeUndefined()
  expect(settings.data).toBe('./data')
})

test('a switch that belongs to the command line is not read from the environment', () => {
  expect(resolve(['agent'], { LUMEN_ONCE: 'true' }).once).toBeUndefined()
  expect(resolve(['agent', '--once']).once).toBe(true)
})

test('a bad flag is wrong usage, a bad variable or file a refusal that names the place', () => {
  expect(() => resolve(['hub', '--listen', 'x'])).toThrow(UsageError)
  expect(() => resolve(['hub', '--listen', 'x'])).toThrow('--listen: "x" is no address')
  expect(() => resolve(['hub'], { LUMEN_LISTEN: 'x' })).toThrow(Refusal)
  expect(() => resolve(['hub'], { LUMEN_LISTEN: 'x' })).toThrow('LUMEN_LISTEN: "x" is no address')
  withFile('{"listen": 5.5}', (path) =>
    expect(() => resolve(['hub', '--config', path])).toThrow(`listen in ${path}: "5.5" is no address`),
  )
})

test.each([
  ['{"lisen": "x"}', 'Did you mean listen?'],
  ['{"data": ', 'is no JSON'],
  ['[]', 'must hold one JSON object'],
  ['{"data": {}}', 'must be a text'],
])('a settings file with %p is refused with %p', (content, message) => {
  withFile(content, (path) => {
    expect(() => resolve(['hub', '--config', path])).toThrow(Refusal)
    expect(() => resolve(['hub', '--config', path])).toThrow(message)
  })
})

test('a settings file that was asked for must be there', () => {
  expect(() => resolve(['hub', '--config', '/nowhere/hub.json'])).toThrow('Cannot read settings')
})
