import type { JSX } from 'solid-js'
import { Icon } from './icon.tsx'

/** The search field of a list: `/` leads to it, Escape out of it. */
export function SearchBox(props: {
  label: string
  value: string
  onInput: (text: string) => void
}): JSX.Element {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        data-search
        aria-label={props.label}
        placeholder={props.label}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <span class="kbd" aria-hidden="true">
        /
      </span>
    </div>
  )
}
