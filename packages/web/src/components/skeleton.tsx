import type { JSX } from 'solid-js'

/** Holds the place of something that is on its way; sizes are CSS lengths. */
export function Skeleton(props: { width?: string; height?: string; class?: string }): JSX.Element {
  return (
    <span
      class={`skeleton ${props.class ?? ''}`}
      style={{ width: props.width ?? '100%', height: props.height ?? '1em' }}
      aria-hidden="true"
    />
  )
}
