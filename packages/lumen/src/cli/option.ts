import type { CommandName } from './command-specs.ts'
import type { ParseValue } from './value.ts'

/** One setting: its flag, its environment variable, its key in the file, its help and its line in the reference
 * are all derived from its entry in OPTIONS. */
export interface OptionSpec<T> {
  /** Stands for the value in help texts; null for a switch, which takes none. */
  placeholder: string | null
  parse: ParseValue<T>
  /** As one would type it; undefined where there is none. */
  fallback?: string
  /** What the default is where it cannot be typed. */
  fallbackText?: string
  help: string
  /** Which commands take it. */
  commands: readonly CommandName[] | 'all'
  /** Only on the command line: not a setting of a machine. */
  isFlagOnly?: boolean
}

export function option<T, const More extends Partial<OptionSpec<T>>>(
  placeholder: string | null,
  parse: ParseValue<T>,
  commands: readonly CommandName[] | 'all',
  help: string,
  more: More = {} as More,
): OptionSpec<T> & More {
  return { placeholder, parse, commands, help, ...more }
}
