import { clusterPartNames, proxmoxMessages } from '../../i18n/en-proxmox.ts'
import { translator } from '../../i18n/translator.ts'

/** Words of this page, which come with it. */
export const tp = translator(proxmoxMessages)

/** What a part of a cluster is called. */
export const partName = (name: keyof typeof clusterPartNames): string => clusterPartNames[name]
