import { createSignal } from 'solid-js'

export const THEME_CHOICES = ['system', 'dark', 'light'] as const
export type ThemeChoice = (typeof THEME_CHOICES)[number]

const STORAGE_KEY = 'lumen.theme'
const [choice, setChoice] = createSignal<ThemeChoice>('system')
const [resolved, setResolved] = createSignal<'dark' | 'light'>('light')

/** What the user chose. */
export const themeChoice = choice
/** What is drawn now; charts read their colours anew when it changes. */
export const theme = resolved

/** Takes over from public/theme.js, which has already set the theme of the first paint. */
export function startTheme(): void {
  const stored = readStored()
  if (stored !== undefined) setChoice(stored)
  const media = matchMedia('(prefers-color-scheme: dark)')
  media.addEventListener('change', apply)
  apply()
}

export function setTheme(next: ThemeChoice): void {
  setChoice(next)
  try {
    localStorage.setItem(STORAGE_KEY, next)
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
  apply()
}

function apply(): void {
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches
  const next = choice() === 'system' ? (systemIsDark ? 'dark' : 'light') : choice()
  document.documentElement.dataset.theme = next
  setResolved(next === 'dark' ? 'dark' : 'light')
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--bg').trim()
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', colour)
}

function readStored(): ThemeChoice | undefined {
  try {
    const stored = localStorage.getItem(STORAGE_KEY)
    return THEME_CHOICES.find((known) => known === stored)
  } catch {
    return undefined
  }
}
