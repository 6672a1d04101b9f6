import { navigate } from './router.ts'

/** How long `g` waits for the letter that says where. */
const SEQUENCE_MS = 1_200
const GO: Readonly<Record<string, string>> = { f: '/', a: '/alerts', c: '/containers', s: '/settings' }

/** Keys that work on every page. `/` goes to the search of the page (`[data-search]`) or opens the palette. The
 * answer ends it. */
export function startShortcuts(actions: { openPalette: () => void; openHelp: () => void }): () => void {
  let goSince = Number.NEGATIVE_INFINITY
  const onKey = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      return actions.openPalette()
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || isDialogOpen()) return
    const place = event.timeStamp - goSince < SEQUENCE_MS ? GO[event.key] : undefined
    goSince = Number.NEGATIVE_INFINITY
    if (place !== undefined) navigate(place)
    else if (event.key === 'g') goSince = event.timeStamp
    else if (event.key === '?') actions.openHelp()
    else if (event.key === '/') focusSearch(actions.openPalette)
    else return
    event.preventDefault()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function focusSearch(otherwise: () => void): void {
  const search = document.querySelector<HTMLInputElement>('input[data-search]')
  if (search === null) {
    otherwise()
    return
  }
  search.focus()
  search.select()
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null
  return target?.closest('input, textarea, select, [contenteditable]') != null
}

const isDialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null
