import { collectionMessages } from './en-collection.ts'
import { translator } from './translator.ts'

/** As `t`, of the messages about what agents are asked to collect: they stay out of the first load. */
export const tc = translator(collectionMessages)
