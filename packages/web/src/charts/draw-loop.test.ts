import { beforeEach, describe, expect, test } from 'bun:test'
import { DrawLoop } from './draw-loop.ts'

let frames: (() => void)[] = []
const cancelled: number[] = []
const loop = () =>
  new DrawLoop({ request: (job) => frames.push(job), cancel: (handle) => cancelled.push(handle) })
const nextFrame = () => {
  const jobs = frames
  frames = []
  for (const job of jobs) job()
}

beforeEach(() => {
  frames = []
  cancelled.length = 0
})

describe('draw loop', () => {
  test('draws once a frame, however often it is asked', () => {
    let drawn = 0
    const drawing = loop().add(() => drawn++)
    for (let i = 0; i < 100; i++) drawing.invalidate()
    expect(frames).toHaveLength(1)
    nextFrame()
    expect(drawn).toBe(1)
    nextFrame()
    expect(drawn).toBe(1)
  })

  test('what is off screen waits and is drawn when it comes back', () => {
    let drawn = 0
    const drawing = loop().add(() => drawn++)
    drawing.setOnScreen(false)
    drawing.invalidate()
    nextFrame()
    expect(drawn).toBe(0)
    drawing.setOnScreen(true)
    nextFrame()
    expect(drawn).toBe(1)
  })

  test('what went off screen between asking and the frame is not drawn', () => {
    let drawn = 0
    const drawing = loop().add(() => drawn++)
    drawing.invalidate()
    drawing.setOnScreen(false)
    nextFrame()
    expect(drawn).toBe(0)
  })

  test('after disposal nothing is held, drawn or scheduled', () => {
    let drawn = 0
    const all = loop()
    const drawing = all.add(() => drawn++)
    drawing.invalidate()
    drawing.dispose()
    expect(all.size).toBe(0)
    expect(cancelled).toHaveLength(1)
    nextFrame()
    drawing.invalidate()
    drawing.setOnScreen(true)
    nextFrame()
    expect(drawn).toBe(0)
  })

  test('a drawing that asks again while it is drawn gets the next frame', () => {
    let drawn = 0
    const drawing = loop().add(() => {
      drawn += 1
      if (drawn === 1) drawing.invalidate()
    })
    drawing.invalidate()
    nextFrame()
    expect(drawn).toBe(1)
    nextFrame()
    expect(drawn).toBe(2)
  })
})
