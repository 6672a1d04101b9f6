import { containersPageMessages } from './en-containers-page.ts'
import { translator } from './translator.ts'

/** As `t`, of the messages around the table of the containers page. */
export const tk = translator(containersPageMessages)
