import { createEffect } from 'solid-js'

/** The page's part of the browser's title, kept up while the calling component lives. */
export function useTitle(title: () => string | undefined): void {
  createEffect(() => {
    const part = title()
    document.title = part === undefined || part === '' ? 'Lumen' : `${part} · Lumen`
  })
}
