import { createUniqueId, For, type JSX } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { TextField } from './text-field.tsx'

/** The zone of this device. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** A zone of the IANA database, with those the browser knows to choose from. */
export function ZoneField(props: {
  value: string
  onValue: (zone: string) => void
  error?: string | undefined
}): JSX.Element {
  const id = createUniqueId()
  return (
    <>
      <TextField
        label={ta('hours.zone')}
        value={props.value}
        onValue={props.onValue}
        error={props.error}
        list={id}
        placeholder="Europe/Berlin"
      />
      <datalist id={id}>
        <For each={Intl.supportedValuesOf('timeZone')}>{(zone) => <option value={zone} />}</For>
      </datalist>
    </>
  )
}
