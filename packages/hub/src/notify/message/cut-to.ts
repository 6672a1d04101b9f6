import { cutText } from './message.ts'
import type { Room } from './render.ts'

/** As much of a text as there is room for, with a sign that there was more. */
export function cutTo(text: string, { most, size }: Room): string {
  if (size(text) <= most) return text
  let fits = 0
  let misses = text.length
  while (misses - fits > 1) {
    const length = Math.floor((fits + misses) / 2)
    if (size(`${cutText(text, length)}…`) <= most) fits = length
    else misses = length
  }
  return `${cutText(text, fits)}…`
}
