import { createSignal } from 'solid-js'
import { calls } from '../api/calls.ts'
import { call } from '../api/client.ts'

const [isKnown, setKnown] = createSignal(false)

/** Whether a Proxmox is connected: only then the navigation has an entry for it. */
export const hasProxmox = isKnown

/** Tells what was just heard of it. */
export const setHasProxmox = setKnown

/** Asks once; who connects or removes one tells. */
export function askForProxmox(): void {
  call(calls.listProxmox).then(
    ({ connections }) => setKnown(connections.length > 0),
    () => undefined,
  )
}
