import type { JSX } from 'solid-js'

/** One set: 16 px grid, 1.5 px strokes, round ends. Decorative; the control that holds one has the words. */
const PATHS = {
  fleet: 'M2.5 3.5h4.5v4h-4.5zM9 3.5h4.5v4H9zM2.5 9h4.5v3.5h-4.5zM9 9h4.5v3.5H9z',
  container: 'M8 2l5.5 2.75v6.5l-5.5 2.75l-5.5-2.75v-6.5zM2.5 4.75l5.5 2.75l5.5-2.75M8 7.5v6.5',
  bell: 'M8 2.5a3.75 3.75 0 0 1 3.75 3.75c0 3 1.25 4.25 1.25 4.25h-10s1.25-1.25 1.25-4.25a3.75 3.75 0 0 1 3.75-3.75zM6.75 13a1.4 1.4 0 0 0 2.5 0',
  mute: 'M2.5 2.5l11 11M5 4.4a3.75 3.75 0 0 1 6.75 1.85c0 1 .1 1.8.3 2.4M10.5 10.5h-7.5s1.25-1.25 1.25-4.25M6.75 13a1.4 1.4 0 0 0 2.5 0',
  tag: 'M2.5 3v4.6l6 6l5-5l-6-6h-4.6zM5.4 5.9h.01',
  send: 'M13.5 2.5l-11 4.5l4.5 2l2 4.5zM7 9l3-3',
  settings:
    'M2.5 4.5h5M11.5 4.5h2M2.5 11.5h2M8.5 11.5h5M9.5 2.75a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 0 1 0-3.5zM6.5 9.75a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 0 1 0-3.5z',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9zM10.5 10.5l3 3',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5l3.5 3.5l6.5-7.5',
  copy: 'M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2',
  more: 'M3 8a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0M7.5 8a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0M12 8a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0',
  sun: 'M8 5.25a2.75 2.75 0 1 1 0 5.5a2.75 2.75 0 0 1 0-5.5zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13 9.8a5.5 5.5 0 1 1-6.8-6.8a4.5 4.5 0 0 0 6.8 6.8z',
  system: 'M2.5 3.5h11v7.5h-11zM6 13.5h4',
  key: 'M10.5 2.5a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM8.3 7.7l-5.3 5.3M4.5 11.5l1.5 1.5',
  keyboard: 'M1.5 4.5h13v7.5h-13zM4 7h.01M6.5 7h.01M9.5 7h.01M12 7h.01M5 9.5h6',
  user: 'M8 2.5a2.75 2.75 0 1 1 0 5.5a2.75 2.75 0 0 1 0-5.5zM2.75 13.5c.7-2.3 2.7-3.5 5.25-3.5s4.55 1.2 5.25 3.5',
  logout: 'M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3l-3 3',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3',
  rows: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  cards: 'M2.5 3h4.5v10h-4.5zM9 3h4.5v10H9z',
  pencil: 'M3 13l.6-2.8l7.2-7.2l2.2 2.2l-7.2 7.2z',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9',
  chevronRight: 'M6 3.5l4.5 4.5l-4.5 4.5',
  chevronLeft: 'M10 3.5l-4.5 4.5l4.5 4.5',
  chevronDown: 'M3.5 6l4.5 4.5l4.5-4.5',
  sort: 'M5 3v10M2.5 10.5l2.5 2.5l2.5-2.5M11 13v-10M8.5 5.5l2.5-2.5l2.5 2.5',
  info: 'M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12zM8 7.5v3.5M8 5h.01',
  warning: 'M8 2.5l6 10.5h-12zM8 6.5v3M8 11.2h.01',
  offline:
    'M2 2l12 12M4 7.5a6 6 0 0 1 2.2-1.4M9.5 6a6 6 0 0 1 2.5 1.5M6.2 10a2.8 2.8 0 0 1 3.4-.1M8 12.5h.01',
  arrowDown: 'M8 3v10M4 9l4 4l4-4',
  arrowUp: 'M8 13v-10M4 7l4-4l4 4',
  eye: 'M1.5 8c1.6-2.8 3.8-4.2 6.5-4.2s4.9 1.4 6.5 4.2c-1.6 2.8-3.8 4.2-6.5 4.2s-4.9-1.4-6.5-4.2zM8 6a2 2 0 1 1 0 4a2 2 0 0 1 0-4z',
  thermometer: 'M6.5 9.2v-5.7a1.5 1.5 0 0 1 3 0v5.7a3 3 0 1 1-3 0z',
  network: 'M5 13v-10M2.5 5.5l2.5-2.5l2.5 2.5M11 3v10M8.5 10.5l2.5 2.5l2.5-2.5',
  clock: 'M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12zM8 4.5v3.5l2.5 1.5',
  calendar: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v2.5M10.5 2v2.5',
  disk: 'M8 2.5c3 0 5.5.9 5.5 2s-2.5 2-5.5 2s-5.5-.9-5.5-2s2.5-2 5.5-2zM2.5 4.5v7c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2v-7M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2',
  archive: 'M2.5 3h11v3h-11zM3.5 6v7.5h9v-7.5M6.5 9h3',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  server: 'M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.75h.01M5 11.25h.01',
  command: 'M3 4.5l3.5 3.5l-3.5 3.5M8 11.5h5',
  external: 'M9 2.5h4.5v4.5M13.5 2.5l-6 6M11.5 9.5v4h-9v-9h4',
} as const

export type IconName = keyof typeof PATHS

export function Icon(props: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      width={props.size ?? 16}
      height={props.size ?? 16}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[props.name]} />
    </svg>
  )
}

/** The mark: a point of light whose beam is a chart. */
export function Mark(props: { size?: number }): JSX.Element {
  return (
    <svg
      class="mark"
      width={props.size ?? 24}
      height={props.size ?? 24}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <circle class="mark-0" cx="3.5" cy="12" r="2.2" />
      <rect class="mark-1" x="7.8" y="8.2" width="3" height="7.6" rx="1.5" />
      <rect class="mark-2" x="13" y="5" width="3" height="14" rx="1.5" />
      <rect class="mark-3" x="18.2" y="1.5" width="3" height="21" rx="1.5" />
    </svg>
  )
}
