import type { Maintenance } from '@lumen/protocol/http/alerts/silence'
import { type JSX, Show } from 'solid-js'
import { Menu } from '../../../components/menu.tsx'
import { ta } from '../../../i18n/ta.ts'
import { Switch as OnOff } from '../shared/switch.tsx'
import { matcherText, type Names } from '../shared/words.ts'
import { timeText, windowText } from './maintenance-words.ts'

/** A maintenance window: when it comes, what it keeps quiet, and the next time. */
export function MaintenanceRow(props: {
  maintenance: Maintenance
  names: Names
  now: number
  onEnabled: (isOn: boolean) => void
  onEdit: () => void
  onDelete: () => void
}): JSX.Element {
  const one = () => props.maintenance
  const isRunning = () => {
    const { window, spec } = one()
    return spec.is_enabled && window !== null && window.from <= props.now && props.now < window.until
  }
  return (
    <li class="quiet-row" classList={{ running: isRunning(), over: !one().spec.is_enabled }}>
      <OnOff
        label={ta('maintenance.switch', one().spec.name)}
        isOn={one().spec.is_enabled}
        onChange={props.onEnabled}
      />
      <div class="quiet-what">
        <button type="button" class="quiet-name" onClick={props.onEdit}>
          {one().spec.name}
        </button>
        <p class="dim">
          {timeText(one().spec.time)} · {matcherText(one().spec.matcher, props.names)}
          <Show when={one().spec.comment}>{(comment) => <> · “{comment()}”</>}</Show>
        </p>
        <p class="quiet-window">{windowText(one(), props.now)}</p>
      </div>
      <Menu
        label={ta('rules.actionsFor', one().spec.name)}
        items={[
          { label: ta('channels.edit'), icon: 'pencil', onSelect: props.onEdit },
          { label: ta('maintenance.delete'), icon: 'trash', isDanger: true, onSelect: props.onDelete },
        ]}
      />
    </li>
  )
}
