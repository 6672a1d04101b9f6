import { type JSX, Show } from 'solid-js'

/** One part of the page, with a heading one can link to. */
export function Card(props: {
  id: string
  title: string
  intro?: string
  children: JSX.Element
}): JSX.Element {
  return (
    <section class="settings-section wide storage-card" id={props.id} aria-labelledby={`${props.id}-heading`}>
      <header>
        <h3 id={`${props.id}-heading`}>{props.title}</h3>
        <Show when={props.intro}>
          <p class="dim">{props.intro}</p>
        </Show>
      </header>
      {props.children}
    </section>
  )
}
