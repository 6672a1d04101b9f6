import type { Page } from 'playwright-core'

/** A line as it was drawn: for each CSS pixel across the plot the middle of the line's colour, null where there is
 * none. */
export interface DrawnLine {
  y: (number | null)[]
}

interface CanvasPage {
  document: { querySelectorAll(selector: string): Iterable<FigureLike> }
  getComputedStyle(element: unknown): { getPropertyValue(name: string): string }
}
interface FigureLike {
  querySelector(selector: string): (CanvasLike & { textContent: string }) | null
}
interface CanvasLike {
  width: number
  height: number
  clientWidth: number
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, w: number, h: number): { data: ArrayLike<number> }
  }
}

/** Reads the first line of the chart called `title` from its canvas. */
export function drawnLine(page: Page, title: string): Promise<DrawnLine> {
  return page.evaluate((wanted) => {
    const { document, getComputedStyle } = globalThis as unknown as CanvasPage
    const figure = [...document.querySelectorAll('figure.chart')].find(
      (one) => one.querySelector('h3')?.textContent === wanted,
    )
    const canvas = figure?.querySelector('.uplot canvas')
    if (canvas == null) throw new Error(`there is no chart called ${wanted}`)
    const colour = getComputedStyle(canvas).getPropertyValue('--series-1').trim()
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    const ratio = canvas.width / canvas.clientWidth
    const left = Math.round(70 * ratio)
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const y: (number | null)[] = []
    for (let x = left; x < canvas.width - Math.round(10 * ratio); x += ratio) {
      let sum = 0
      let weight = 0
      for (let row = 0; row < canvas.height; row++) {
        const at = (row * canvas.width + Math.round(x)) * 4
        const off =
          Math.abs(data[at]! - red!) + Math.abs(data[at + 1]! - green!) + Math.abs(data[at + 2]! - blue!)
        if (data[at + 3]! < 128 || off > 90) continue
        const strength = 1 - off / 91
        sum += row * strength
        weight += strength
      }
      y.push(weight === 0 ? null : sum / weight / ratio)
    }
    return { y }
  }, title)
}

/** The most the line moves up or down from one pixel to the next, and how many pixels are empty between its ends. */
export function jumpsOf({ y }: DrawnLine): { jump: number; holes: number; first: number; last: number } {
  const known = y.flatMap((value, x) => (value === null ? [] : [{ x, value }]))
  const first = known[0]?.x ?? y.length
  const last = known[known.length - 1]?.x ?? -1
  let jump = 0
  for (const [i, { value }] of known.entries()) {
    const before = known[i - 1]
    if (before !== undefined) jump = Math.max(jump, Math.abs(value - before.value))
  }
  return { jump, holes: Math.max(0, last - first + 1 - known.length), first, last }
}
