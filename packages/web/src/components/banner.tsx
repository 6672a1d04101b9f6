import { type JSX, Show } from 'solid-js'
import { Icon, type IconName } from './icon.tsx'

/** A line above a page that something is not as it should be. */
export function Banner(props: {
  kind: 'info' | 'warn' | 'fault'
  icon?: IconName
  children: JSX.Element
  action?: JSX.Element
}): JSX.Element {
  return (
    <div class={`banner ${props.kind}`} role={props.kind === 'fault' ? 'alert' : 'status'}>
      <Icon name={props.icon ?? (props.kind === 'info' ? 'info' : 'warning')} />
      <div class="banner-text">{props.children}</div>
      <Show when={props.action}>
        <div class="banner-action">{props.action}</div>
      </Show>
    </div>
  )
}
