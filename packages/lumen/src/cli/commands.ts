import { COMMANDS, type CommandName } from './command-specs.ts'

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[]

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}
