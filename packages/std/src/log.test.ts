import { expect, test } from 'bun:test'
import { stderrLog } from './log.ts'

function logged(
  least: Parameters<typeof stderrLog>[0],
  body: (log: ReturnType<typeof stderrLog>) => void,
): string[] {
  const lines: string[] = []
  body(stderrLog(least, (line) => lines.push(line.replace(/^\S+ /, ''))))
  return lines
}

test('a line holds time, level, message and fields', () => {
  expect(logged('info', (log) => log.warn('push failed', { seq: 4, reason: 'no route' }))).toEqual([
    'warn push failed seq=4 reason="no route"\n',
  ])
})

test('what is below the least level is not written', () => {
  expect(logged('warn', (log) => log.info('quiet'))).toEqual([])
})

test('a message or field with line breaks stays one line', () => {
  const [line] = logged('info', (log) => log.error('two\nlines', { text: 'a\nb', gone: undefined }))
  expect(line).toBe('error two lines text="a\\nb"\n')
})

test('a reader that is gone does not stop the process', () => {
  const script = `import { stderrLog } from '${import.meta.dir}/log.ts'
    const log = stderrLog(); for (let i = 0; i < 9; i++) log.info('line'); console.log('alive')`
  const { stdout } = Bun.spawnSync(['sh', '-c', `"$0" -e "$1" 2>&-`, process.execPath, script])
  expect(stdout.toString()).toBe('alive\n')
})
