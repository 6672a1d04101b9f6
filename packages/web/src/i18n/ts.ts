import { storageMessages } from './en-storage.ts'
import { type PlainKeyOf, translator } from './translator.ts'

export type StoragePlainKey = PlainKeyOf<typeof storageMessages>

/** As `t`, of the messages of Settings → Retention, Storage and Backups: they stay out of the first load. */
export const ts = translator(storageMessages)
