import { COMMANDS } from '../../packages/lumen/src/cli/command-specs.ts'
import { COMMAND_NAMES } from '../../packages/lumen/src/cli/commands.ts'
import { flagForm } from '../../packages/lumen/src/cli/help.ts'
import {
  environmentNameOf,
  fileKeyOf,
  OPTION_NAMES,
  type OptionName,
  optionSpec,
} from '../../packages/lumen/src/cli/options.ts'

/** docs/reference/config.md: commands and settings. */
export function configPage(): string {
  const commands = COMMAND_NAMES.map((name) => [
    COMMANDS[name].forms.map((form) => `\`lumen ${`${name} ${form}`.trim()}\``).join('<br>'),
    COMMANDS[name].summary,
  ])
  const settings = OPTION_NAMES.filter((name) => !optionSpec(name).isFlagOnly)
  const flags = OPTION_NAMES.filter((name) => optionSpec(name).isFlagOnly)
  return `# Commands and settings

## Commands

${table(['command', 'does'], commands)}

\`lumen help COMMAND\` prints the flags of a command. Exit codes: 0 done, 1 failure, 2 wrong usage, 3 configuration or environment refused (the message says what to change). SIGTERM and SIGINT stop cleanly within 5 s; a second one stops at once.

## Settings

A flag beats its environment variable, which beats the settings file, which beats the default. The file is \`/etc/lumen/agent.json\` for \`lumen agent\` and \`/etc/lumen/hub.json\` for the rest: one JSON object with the keys below.

${table(
  ['flag', 'environment', 'file key', 'default', 'for', 'meaning'],
  settings.map((name) => [
    `\`${flagForm(name)}\``,
    `\`${environmentNameOf(name)}\``,
    `\`${fileKeyOf(name)}\``,
    defaultText(name),
    commandsText(name),
    optionSpec(name).help,
  ]),
)}

## On the command line only

${table(
  ['flag', 'default', 'for', 'meaning'],
  flags.map((name) => [
    `\`${flagForm(name)}\``,
    defaultText(name),
    commandsText(name),
    optionSpec(name).help,
  ]),
)}
`
}

function defaultText(name: OptionName): string {
  const { fallback, fallbackText } = optionSpec(name)
  return fallback === undefined ? (fallbackText ?? '–') : `\`${fallback}\``
}

function commandsText(name: OptionName): string {
  const { commands } = optionSpec(name)
  return commands === 'all' ? 'all' : commands.join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
