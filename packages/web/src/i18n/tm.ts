import { machineMessages } from './en-machines.ts'
import { translator } from './translator.ts'

/** As `t`, of the messages of Settings → Hosts & tokens. */
export const tm = translator(machineMessages)
