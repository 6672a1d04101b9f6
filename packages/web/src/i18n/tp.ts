import { paletteMessages } from './en-palette.ts'
import { translator } from './translator.ts'

/** As `t`, of the messages of the palette and the list of shortcuts: they stay out of the first load. */
export const tp = translator(paletteMessages)
