import { expect, test } from 'bun:test'
import { COMMANDS } from './command-specs.ts'
import { COMMAND_NAMES } from './commands.ts'
import { commandHelp } from './help.ts'
import { environmentNameOf, OPTION_NAMES, optionSpec, optionsOf } from './options.ts'

test('every default is a value its own option takes', () => {
  for (const name of OPTION_NAMES) {
    const { fallback, parse } = optionSpec(name)
    if (fallback !== undefined) expect(() => parse(fallback)).not.toThrow()
  }
})

test('the environment variable is LUMEN_ and the flag in capitals', () => {
  expect(environmentNameOf('tls-cert')).toBe('LUMEN_TLS_CERT')
})

test('the help of every command lists each flag it takes, and only those', () => {
  for (const command of COMMAND_NAMES) {
    const help = commandHelp(command)
    expect(help).toContain(COMMANDS[command].summary)
    for (const name of OPTION_NAMES)
      expect([command, name, help.includes(`  --${name} `)]).toEqual([
        command,
        name,
        optionsOf(command).includes(name),
      ])
  }
})
