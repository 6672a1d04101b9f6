import { notificationMessages } from './en-notifications.ts'
import { translator } from './translator.ts'

/** As `t`, of the messages of Settings → Notifications. */
export const tn = translator(notificationMessages)
