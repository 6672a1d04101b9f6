/** Which of many rows of one height are worth having in the page: those on screen and some around. `top` is where
 * the first row lies from the top of the viewport (negative once scrolled past). Half-open. */
export function rowsInView(options: {
  count: number
  rowHeight: number
  top: number
  viewHeight: number
  around: number
}): { from: number; to: number } {
  const { count, rowHeight, top, viewHeight, around } = options
  const first = Math.floor(-top / rowHeight) - around
  const last = Math.ceil((viewHeight - top) / rowHeight) + around
  const from = Math.min(Math.max(0, first), count)
  return { from, to: Math.max(from, Math.min(count, last)) }
}
