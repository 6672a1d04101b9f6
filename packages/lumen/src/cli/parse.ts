import type { CommandName } from './command-specs.ts'
import { COMMAND_NAMES, isCommandName } from './commands.ts'
import { OPTION_NAMES, type OptionName, optionSpec, optionsOf } from './options.ts'
import { UsageError } from './refusal.ts'
import { nearest } from './suggest.ts'

export interface CommandLine {
  command: CommandName
  /** What stands there beside flags, as NAME in `host add NAME`. */
  operands: string[]
  /** Text of each flag given; `true` for a switch. */
  flags: Partial<Record<OptionName, string>>
  wantsHelp: boolean
}

/** Reads the arguments after the program's name. Flags are `--flag VALUE` or `--flag=VALUE`; `--` ends them.
 * @throws {UsageError} on an unknown command or flag, a missing or doubled value. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const [first, ...rest] = args
  if (first === undefined || first === '--help' || first === '-h') return helpOf('help')
  if (first === '--version' || first === '-V') return { ...helpOf('version'), wantsHelp: false }
  if (first.startsWith('-'))
    throw new UsageError(`${first} comes before the command; write lumen COMMAND ${first} …`)
  if (!isCommandName(first)) {
    const meant = nearest(first, COMMAND_NAMES)
    throw new UsageError(
      `No command ${JSON.stringify(first)}.${meant ? ` Did you mean "lumen ${meant}"?` : ' See lumen help.'}`,
    )
  }
  return parseArguments(first, rest)
}

function parseArguments(command: CommandName, args: readonly string[]): CommandLine {
  const line: CommandLine = { command, operands: [], flags: {}, wantsHelp: false }
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!
    if (arg === '--') {
      line.operands.push(...args.slice(index + 1))
      break
    }
    if (arg === '--help' || arg === '-h') {
      line.wantsHelp = true
    } else if (!arg.startsWith('-') || arg === '-') {
      line.operands.push(arg)
    } else {
      const [flag, inline] = splitOnce(arg, '=')
      const name = findOption(command, flag)
      if (line.flags[name] !== undefined) throw new UsageError(`${flag} is given twice.`)
      if (optionSpec(name).placeholder === null) line.flags[name] = inline ?? 'true'
      else {
        const value = inline ?? args[++index]
        // A value that begins with -- is a forgotten value and the next flag.
        if (value === undefined || (inline === undefined && value.startsWith('--')))
          throw new UsageError(`${flag} needs a value: ${flag} ${optionSpec(name).placeholder}.`)
        line.flags[name] = value
      }
    }
  }
  return line
}

function findOption(command: CommandName, flag: string): OptionName {
  const typed = flag.replace(/^-+/, '')
  const taken = optionsOf(command)
  const name = taken.find((candidate) => flag === `--${candidate}`)
  if (name !== undefined) return name
  if (OPTION_NAMES.some((candidate) => flag === `--${candidate}`))
    throw new UsageError(`lumen ${command} takes no ${flag}. See lumen help ${command}.`)
  const meant = nearest(typed, taken)
  throw new UsageError(
    `No flag ${flag}.${meant ? ` Did you mean --${meant}?` : ` See lumen help ${command}.`}`,
  )
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function helpOf(command: CommandName): CommandLine {
  return { command, operands: [], flags: {}, wantsHelp: command === 'help' }
}
