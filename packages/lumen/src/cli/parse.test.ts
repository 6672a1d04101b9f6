import { expect, test } from 'bun:test'
import { parseCommandLine } from './parse.ts'
import { UsageError } from './refusal.ts'

test('flags take their value after a space or an equals sign, switches none', () => {
  expect(parseCommandLine(['host', 'add', 'web 1', '--data', '/srv/lumen', '--log-level=debug'])).toEqual({
    command: 'host',
    operands: ['add', 'web 1'],
    flags: { data: '/srv/lumen', 'log-level': 'debug' },
    wantsHelp: false,
  })
  expect(parseCommandLine(['agent', '--once', '--hub', 'http://h'])).toMatchObject({
    flags: { once: 'true', hub: 'http://h' },
  })
})

test('after -- everything is an operand', () => {
  expect(parseCommandLine(['host', 'add', '--', '--odd-name'])).toMatchObject({
    operands: ['add', '--odd-name'],
  })
})

test('no arguments and --help ask for help, --version for the version', () => {
  expect(parseCommandLine([]).command).toBe('help')
  expect(parseCommandLine(['--help']).command).toBe('help')
  expect(parseCommandLine(['--version']).command).toBe('version')
  expect(parseCommandLine(['up', '-h'])).toMatchObject({ command: 'up', wantsHelp: true })
})

test.each([
  [['hots'], 'Did you mean "lumen host"?'],
  [['zzzzzz'], 'See lumen help'],
  [['hub', '--lsten', 'x'], 'Did you mean --listen?'],
  [['hub', '--qqqqqqqq'], 'See lumen help hub'],
  [['hub', '--token', 'x'], 'lumen hub takes no --token'],
  [['hub', '--data'], '--data needs a value: --data DIR'],
  [['hub', '--data', '--listen', 'x'], '--data needs a value'],
  [['hub', '--data', 'a', '--data', 'b'], '--data is given twice'],
  [['--data', 'a', 'hub'], '--data comes before the command'],
  [['hub', '-x'], 'No flag -x'],
])('%j is refused with %p', (args, message) => {
  expect(() => parseCommandLine(args as string[])).toThrow(UsageError)
  expect(() => parseCommandLine(args as string[])).toThrow(message as string)
})
