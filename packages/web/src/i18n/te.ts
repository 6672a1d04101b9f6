import { entryMessages } from './en-entry.ts'
import { translator } from './translator.ts'

/** As `t`, of the messages of setup, login and account. */
export const te = translator(entryMessages)
