import { type Figure, figure } from '../result.ts'
import { startShiftedHub } from './hub.ts'

const STARTS = 7

/** From starting the process to `/readyz` saying so, on a directory that is in nobody's use. */
export async function startFigure(dataDir: string, now: number, stored: string): Promise<Figure> {
  const values: number[] = []
  for (let i = 0; i < STARTS; i++) {
    const started = performance.now()
    await using hub = await startShiftedHub(dataDir, now)
    const ready = await fetch(`${hub.url}/readyz`)
    values.push(performance.now() - started)
    if (!ready.ok) throw new Error(`/readyz answered ${ready.status}`)
  }
  return figure({
    group: 'storage',
    name: `hub start to serving, ${stored}`,
    unit: 'ms',
    values,
    target: { of: 'value', atMost: 500 },
    note: 'from starting the process to /readyz saying so',
  })
}
