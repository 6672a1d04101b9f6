import { AGENT_OPTIONS } from './agent-options.ts'
import type { CommandName } from './command-specs.ts'
import { HUB_OPTIONS } from './hub-options.ts'
import type { OptionSpec } from './option.ts'

export const OPTIONS = { ...HUB_OPTIONS, ...AGENT_OPTIONS } as const satisfies Record<
  string,
  OptionSpec<unknown>
>

export type OptionName = keyof typeof OPTIONS
export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[]

type ValueOf<K extends OptionName> = ReturnType<(typeof OPTIONS)[K]['parse']>
/** The settings of one run: undefined where neither given nor defaulted. */
export type Settings = {
  [K in OptionName]: (typeof OPTIONS)[K] extends { fallback: string } ? ValueOf<K> : ValueOf<K> | undefined
}

/** `--tls-cert` → LUMEN_TLS_CERT. */
export const environmentNameOf = (name: OptionName) => `LUMEN_${fileKeyOf(name).toUpperCase()}`
/** `--tls-cert` → tls_cert. */
export const fileKeyOf = (name: OptionName) => name.replaceAll('-', '_')

export function optionSpec(name: OptionName): OptionSpec<unknown> {
  return OPTIONS[name]
}

export function optionsOf(command: CommandName): OptionName[] {
  return OPTION_NAMES.filter((name) => {
    const { commands } = optionSpec(name)
    return commands === 'all' || commands.includes(command)
  })
}
