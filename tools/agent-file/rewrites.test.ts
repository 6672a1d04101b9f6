import { expect, test } from 'bun:test'
import { CATALOG, ENTITY_NAMES } from '@lumen/model/catalog'
import { withoutDeclarations } from './declarations.ts'
import { nameUndefined } from './name-undefined.ts'
import { withStaticImports } from './static-imports.ts'
import { catalogOfBounds, onlyAgentCommand } from './tables.ts'

test('what is loaded later is loaded with the rest', () => {
  const text = `async function load() {
  const { a, b } = await import('./one.ts')
  return (await import('./two.ts')).c(a, b)
}`
  const [first, second, ...body] = withStaticImports(text).split('\n')
  expect([first, second]).toEqual([`import { a, b } from './one.ts'`, `import * as later1 from './two.ts'`])
  expect(body.map((line) => line.trim()).filter(Boolean)).toEqual([
    'async function load() {',
    'return (later1).c(a, b)',
    '}',
  ])
})

test('declarations of collectors go, whatever else has their names stays', () => {
  const text = `
class Disks implements Collector {
  readonly name = 'disks'
  readonly reads = [\`\${'{proc}'}/x\`] as const
  get runs() { return ['x'] }
  collect() { return { reads: 1, writes: 2 } }
}
const psi = (all: Reads) => ({ name: 'psi', reads: [...all], sends: ['host.*'], asRoot: 'root' , collect() {} })
const row = { reads: 7, sends: 8 }
`
  const left = withoutDeclarations('some.ts', text)
  expect(left.replace(/\s+/g, ' ')).toBe(
    ` class Disks implements Collector { readonly name = 'disks' collect() { return { reads: 1, writes: 2 } } } ` +
      `const psi = (all: Reads) => ({ name: 'psi', collect() {} }) const row = { reads: 7, sends: 8 } `,
  )
})

test('the tables that declarations share are empty, those of anything else stay', () => {
  const text = `export const DISK_READS = { io: files('a', 'b') } as const satisfies Record<string, Reads>
const ALL_READS: Reads = ['{proc}/x', ...DISK_READS.io]
const NAMES = ['{proc}/y']
`
  expect(withoutDeclarations('some.ts', text)).toBe(
    `export const DISK_READS = []\nconst ALL_READS: Reads = []\nconst NAMES = ['{proc}/y']\n`,
  )
})

test('undefined gets a name nothing else has', () => {
  const program = 'function f($$,$_){if($$===void 0)return void 0;void f();return typeof void 0}f()'
  const named = nameUndefined(program)
  expect(named).toBe('var $a;function f($$,$_){if($$===$a)return $a;void f();return typeof $a}f()')
  expect(new Function(`${named};return [f(), f(1)]`)()).toEqual([undefined, 'undefined'])
})

test('an agent’s catalogue has the entities, fields, bounds, rows and words of the whole one', () => {
  const made = new Function(
    catalogOfBounds().replaceAll('export const', 'var').concat(';return { CATALOG, ENTITY_NAMES }'),
  )()
  expect(made.ENTITY_NAMES).toEqual(ENTITY_NAMES)
  for (const name of ENTITY_NAMES) {
    const { keyTitle, maxRows, fields, attributes } = CATALOG[name]
    const { keyTitle: key, maxRows: rows, ...rest } = made.CATALOG[name]
    expect({ name, isOne: key === null, rows }).toEqual({ name, isOne: keyTitle === null, rows: maxRows })
    const bounds = Object.entries(fields).map(([field, spec]) => [field, { bounds: [...spec.bounds] }])
    expect(rest.fields).toEqual(Object.fromEntries(bounds))
    expect(Object.keys(rest.attributes)).toEqual(Object.keys(attributes))
  }
})

test('of the commands only the agent’s is left', () => {
  expect(onlyAgentCommand()).toMatch(/^export const COMMANDS = \{"agent":\{"forms":\[.*\}\}$/)
})
