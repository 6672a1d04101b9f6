import type { PlotBox } from './plot.ts'
import type { TimeAxis } from './time-axis.ts'
import { instantAt, shareOf } from './window.ts'

export interface GestureOptions {
  element: HTMLElement
  axis: TimeAxis
  box: () => PlotBox
  /** Distance of two readings, for moving the cursor by keys. */
  stepMs: () => number
}

const FAST = 10

/** Pointer and keys on a plot. Mouse: hover points, drag zooms, double-click resets. Touch: a finger scrubs and
 * the page still scrolls up and down. Keys: arrows move the cursor (Shift ten steps, past the edge the window
 * follows), Home and End, + and - zoom around it, 0 resets, Escape leaves. The answer ends it. */
export function attachGestures({ element, axis, box, stepMs }: GestureOptions): () => void {
  let dragFrom: number | null = null

  const shareAt = (event: PointerEvent) => {
    const { left, width } = box()
    return Math.min(Math.max((event.clientX - element.getBoundingClientRect().left - left) / width, 0), 1)
  }
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ) => {
    element.addEventListener(type, listener)
    return () => element.removeEventListener(type, listener)
  }

  const onMove = (event: PointerEvent) => {
    const share = shareAt(event)
    axis.point(share)
    if (dragFrom === null) return
    const at = instantAt(share, axis.window())
    axis.select({ from: Math.min(dragFrom, at), to: Math.max(dragFrom, at) })
  }
  const onDown = (event: PointerEvent) => {
    axis.point(shareAt(event))
    if (event.pointerType === 'touch' || event.button !== 0) return
    dragFrom = instantAt(shareAt(event), axis.window())
    element.setPointerCapture(event.pointerId)
  }
  const onUp = () => {
    if (dragFrom === null) return
    dragFrom = null
    axis.zoomToSelection()
  }
  const onCancel = () => {
    dragFrom = null
    axis.select(null)
  }
  const onLeave = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && dragFrom === null) axis.point(null)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (!pressKey(event.key, event.shiftKey, axis, stepMs())) return
    event.preventDefault()
    event.stopPropagation()
  }
  const ends = [
    listen('pointermove', onMove),
    listen('pointerdown', onDown),
    listen('pointerup', onUp),
    listen('pointercancel', onCancel),
    listen('pointerleave', onLeave),
    listen('dblclick', () => axis.reset()),
    listen('keydown', onKey),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** What a key does on a focused plot; false when it does nothing. */
function pressKey(key: string, isShift: boolean, axis: TimeAxis, stepMs: number): boolean {
  const { from, to } = axis.window()
  const at = axis.cursor() ?? to - stepMs
  const by = stepMs * (isShift ? FAST : 1)
  if (key === 'ArrowLeft') axis.moveCursor(at - by)
  else if (key === 'ArrowRight') axis.moveCursor(at + by)
  else if (key === 'Home') axis.moveCursor(from)
  else if (key === 'End') axis.moveCursor(to)
  else if (key === 'PageUp') axis.pan(-0.5)
  else if (key === 'PageDown') axis.pan(0.5)
  else if (key === 'Escape') {
    if (axis.selection() !== null) axis.select(null)
    else axis.point(null)
  } else return pressAxisKey(key, axis)
  return true
}

/** Keys that mean the same everywhere on the page. */
export function pressAxisKey(key: string, axis: TimeAxis): boolean {
  if (key === '+' || key === '=') axis.zoom(0.5)
  else if (key === '-' || key === '_') axis.zoom(2)
  else if (key === '0') axis.reset()
  else return false
  return true
}

/** Where an instant lies on a plot, CSS pixels; null outside it. */
export function xOf(at: number, axis: TimeAxis, box: PlotBox): number | null {
  const share = shareOf(at, axis.window())
  return share < 0 || share > 1 ? null : box.left + share * box.width
}
