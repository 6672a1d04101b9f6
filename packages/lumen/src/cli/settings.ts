import { readFileSync } from 'node:fs'
import { errorCode, errorMessage } from '@lumen/std/error'
import { isObject } from '@lumen/std/is-object'
import { COMMANDS, type CommandName } from './command-specs.ts'
import {
  environmentNameOf,
  fileKeyOf,
  OPTION_NAMES,
  type OptionName,
  optionSpec,
  optionsOf,
  type Settings,
} from './options.ts'
import type { CommandLine } from './parse.ts'
import { Refusal, UsageError } from './refusal.ts'
import { nearest } from './suggest.ts'

export const SETTINGS_FILES = { hub: '/etc/lumen/hub.json', agent: '/etc/lumen/agent.json' } as const

/** The settings in force: flag beats environment beats file beats default.
 * @throws {UsageError} for a bad flag; {Refusal} `setting_invalid`, `config_unreadable`, `config_invalid` for the rest. */
export function resolveSettings(line: CommandLine, environment: NodeJS.ProcessEnv): Settings {
  const file = readFile(line)
  const settings: Partial<Record<OptionName, unknown>> = {}
  for (const name of OPTION_NAMES) {
    const found = optionsOf(line.command).includes(name) ? given(name, line, environment, file) : undefined
    const { fallback, parse } = optionSpec(name)
    if (found !== undefined) settings[name] = parsed(name, found)
    else if (fallback !== undefined) settings[name] = parse(fallback)
  }
  return settings as Settings
}

interface Given {
  text: string
  /** How the user knows the place. */
  place: string
  isFlag: boolean
}

function given(
  name: OptionName,
  line: CommandLine,
  environment: NodeJS.ProcessEnv,
  file: SettingsFile,
): Given | undefined {
  const flag = line.flags[name]
  if (flag !== undefined) return { text: flag, place: `--${name}`, isFlag: true }
  if (optionSpec(name).isFlagOnly) return undefined
  const variable = environmentNameOf(name)
  const fromEnvironment = environment[variable]
  // An empty variable is how compose files and unit files spell "not set".
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return { text: fromEnvironment, place: variable, isFlag: false }
  const fromFile = file.values[fileKeyOf(name)]
  if (fromFile !== undefined)
    return { text: fromFile, place: `${fileKeyOf(name)} in ${file.path}`, isFlag: false }
  return undefined
}

function parsed(name: OptionName, { text, place, isFlag }: Given): unknown {
  try {
    return optionSpec(name).parse(text)
  } catch (error) {
    const message = `${place}: ${errorMessage(error)}`
    throw isFlag ? new UsageError(message) : new Refusal('setting_invalid', message)
  }
}

interface SettingsFile {
  path: string
  values: Readonly<Record<string, string>>
}

/** The default file may be absent, one that was asked for may not. */
function readFile(line: CommandLine): SettingsFile {
  const kind = COMMANDS[line.command].file
  const asked = line.flags.config
  const path = asked ?? (kind === null ? undefined : SETTINGS_FILES[kind])
  if (path === undefined) return { path: '', values: {} }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (asked === undefined && errorCode(error) === 'ENOENT') return { path, values: {} }
    throw new Refusal('config_unreadable', `Cannot read settings from ${path}: ${errorMessage(error)}`)
  }
  return { path, values: readValues(path, text, line.command) }
}

function readValues(path: string, text: string, command: CommandName): Record<string, string> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Refusal('config_invalid', `${path} is no JSON: ${errorMessage(error)}`)
  }
  if (!isObject(json))
    throw new Refusal(
      'config_invalid',
      `${path} must hold one JSON object, as in {"listen": "127.0.0.1:8090"}`,
    )
  const known = OPTION_NAMES.filter((name) => !optionSpec(name).isFlagOnly).map(fileKeyOf)
  const values: Record<string, string> = {}
  for (const [key, value] of Object.entries(json)) {
    if (!known.includes(key)) {
      const meant = nearest(key.replaceAll('-', '_'), known)
      throw new Refusal(
        'config_invalid',
        `${path} has an unknown setting ${JSON.stringify(key)}.${meant ? ` Did you mean ${meant}?` : ` See lumen help ${command}.`}`,
      )
    }
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw new Refusal('config_invalid', `${key} in ${path} must be a text, number or true or false`)
    values[key] = String(value)
  }
  return values
}
