import { proxmoxSettingsMessages } from '../../../i18n/en-proxmox-settings.ts'
import { translator } from '../../../i18n/translator.ts'

/** Words of this page, which come with it. */
export const tx = translator(proxmoxSettingsMessages)
