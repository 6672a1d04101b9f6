import { COMMANDS, type CommandName } from './command-specs.ts'
import { COMMAND_NAMES } from './commands.ts'
import { environmentNameOf, type OptionName, optionSpec, optionsOf } from './options.ts'

/** What `lumen help` prints. */
export function generalHelp(): string {
  const lines = COMMAND_NAMES.map((name) => [`  lumen ${name}`, COMMANDS[name].summary] as const)
  return `Lumen: self-hosted fleet monitoring, one hub and a small push-only agent on each machine.

${columns(lines)}

lumen help COMMAND lists the flags of a command.
`
}

/** What `lumen help COMMAND` prints. */
export function commandHelp(command: CommandName): string {
  const spec = COMMANDS[command]
  const usage = spec.forms.map((form) => `  lumen ${command} ${form}`.trimEnd()).join('\n')
  const flags = optionsOf(command).map((name) => [`  ${flagForm(name)}`, describe(name)] as const)
  return `lumen ${command}: ${spec.summary}

${usage}

${columns([...flags, ['  --help', 'print this']])}

Every flag with a LUMEN_ name can be set by that environment variable${spec.file === null ? '' : ` or in /etc/lumen/${spec.file}.json`}.
`
}

/** `--data DIR`, or `--once`. */
export function flagForm(name: OptionName): string {
  const { placeholder } = optionSpec(name)
  return placeholder === null ? `--${name}` : `--${name} ${placeholder}`
}

function describe(name: OptionName): string {
  const { help, fallback, fallbackText, isFlagOnly } = optionSpec(name)
  const notes = [
    ...(fallback === undefined && fallbackText === undefined ? [] : [`default ${fallback ?? fallbackText}`]),
    ...(isFlagOnly ? [] : [environmentNameOf(name)]),
  ]
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`
}

function columns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([left]) => left.length)) + 2
  return lines.map(([left, right]) => left.padEnd(width) + right).join('\n')
}
