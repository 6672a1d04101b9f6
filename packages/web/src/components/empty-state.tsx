import { type JSX, Show } from 'solid-js'

/** Nothing here yet: says so, and what to do next. */
export function EmptyState(props: {
  title: string
  text?: string
  art?: JSX.Element
  /** It is all there is on the page, so its title heads it. */
  isPage?: boolean
  children?: JSX.Element
}): JSX.Element {
  return (
    <div class="empty">
      <Show when={props.art}>
        <div class="empty-art">{props.art}</div>
      </Show>
      <Show when={props.isPage} fallback={<h2>{props.title}</h2>}>
        <h1 tabIndex={-1}>{props.title}</h1>
      </Show>
      <Show when={props.text}>
        <p>{props.text}</p>
      </Show>
      {props.children}
    </div>
  )
}
