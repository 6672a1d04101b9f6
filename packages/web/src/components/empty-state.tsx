import { type JSX, Show } from 'solid-js'

/** Nothing here yet: says so, and what to do next. */
export function EmptyState(props: {
  title: string
  text?: string
  art?: JSX.Element
  children?: JSX.Element
}): JSX.Element {
  return (
    <div class="empty">
      <Show when={props.art}>
        <div class="empty-art">{props.art}</div>
      </Show>
      <h2>{props.title}</h2>
      <Show when={props.text}>
        <p>{props.text}</p>
      </Show>
      {props.children}
    </div>
  )
}
