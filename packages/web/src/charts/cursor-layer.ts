import type { PlotBox } from './plot.ts'
import type { ChartTheme } from './theme.ts'

/** What lies over a plot: the cursor's line, a dot on every line it meets, and what is being dragged out.
 * Pixels are CSS pixels of the chart's element. */
export interface Marks {
  x: number | null
  dots: readonly { y: number; colour: string }[]
  selection: { from: number; to: number } | null
}

/** A second canvas for what moves with the pointer, so that moving it never draws the lines anew. */
export class CursorLayer {
  readonly #canvas: HTMLCanvasElement
  #isEmpty = true

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  draw(marks: Marks, box: PlotBox, theme: ChartTheme, width: number, height: number): void {
    const isEmpty = marks.x === null && marks.selection === null
    if (isEmpty && this.#isEmpty) return
    this.#isEmpty = isEmpty
    const context = this.#prepared(width, height)
    if (context === null) return
    if (marks.selection !== null) {
      const { from, to } = marks.selection
      context.fillStyle = theme.selection
      context.fillRect(from, box.top, to - from, box.height)
      context.fillStyle = theme.crosshair
      for (const edge of [from, to]) context.fillRect(Math.round(edge), box.top, 1, box.height)
    }
    if (marks.x === null) return
    context.fillStyle = theme.crosshair
    context.fillRect(Math.round(marks.x), box.top, 1, box.height)
    context.lineWidth = 2
    for (const { y, colour } of marks.dots) {
      context.beginPath()
      context.arc(Math.round(marks.x) + 0.5, y, 3.5, 0, 2 * Math.PI)
      context.fillStyle = colour
      context.strokeStyle = theme.surface
      context.fill()
      context.stroke()
    }
  }

  #prepared(width: number, height: number): CanvasRenderingContext2D | null {
    const ratio = devicePixelRatio
    const canvas = this.#canvas
    const wide = Math.round(width * ratio)
    const high = Math.round(height * ratio)
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide
      canvas.height = high
    }
    const context = canvas.getContext('2d')
    context?.setTransform(ratio, 0, 0, ratio, 0, 0)
    context?.clearRect(0, 0, width, height)
    return context
  }
}
