/** Collectors that can be switched off: by a machine's owner for good, and by the hub where the owner left them on. */
export const COLLECTOR_SWITCHES = [
  'docker',
  'guests',
  'processes',
  'units',
  'gpu',
  'smart',
  'sensors',
] as const
export type CollectorSwitch = (typeof COLLECTOR_SWITCHES)[number]

/** What the hub can ask of one. `auto`: as the machine's owner has it. */
export const COLLECTOR_WISHES = ['auto', 'off'] as const

/** How one stands on a machine. `off`: the hub asked for it. `forbidden`: the machine's owner switched it off. */
export const COLLECTOR_STATES = ['on', 'off', 'forbidden'] as const
export type CollectorState = (typeof COLLECTOR_STATES)[number]
