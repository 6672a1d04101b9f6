import { type Accessor, createSignal } from 'solid-js'

/** A choice kept on this device. A browser without storage keeps it as long as the page. */
export function createRemembered<T extends string>(
  name: string,
  choices: readonly T[],
  fallback: T,
): [Accessor<T>, (next: T) => void] {
  const key = `lumen.${name}`
  const [value, setValue] = createSignal<T>(fallback)
  try {
    const stored = localStorage.getItem(key)
    const known = choices.find((choice) => choice === stored)
    if (known !== undefined) setValue(() => known)
  } catch {
    // Storage is off.
  }
  return [
    value,
    (next) => {
      setValue(() => next)
      try {
        localStorage.setItem(key, next)
      } catch {
        // Storage is off.
      }
    },
  ]
}
