import { createEffect, createSignal } from 'solid-js'

const [firing, setFiringCount] = createSignal(0)

/** How many alerts fire, for the title of every page. */
export { setFiringCount }

/** The page's part of the browser's title, kept up while the calling component lives. */
export function useTitle(title: () => string | undefined): void {
  createEffect(() => {
    document.title = titleText(title(), firing())
  })
}

/** `(2) Fleet · Lumen` while two alerts fire. */
export function titleText(part: string | undefined, count: number): string {
  const name = part === undefined || part === '' ? 'Lumen' : `${part} · Lumen`
  return count > 0 ? `(${count}) ${name}` : name
}
