import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkImports } from './check-imports.ts'
import { ROOT } from './run.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lumen-imports-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** `std/a` → packages/std/src/a.ts */
function file(name: string, source: string): void {
  const [pkg, ...rest] = name.split('/')
  const path = join(root, 'packages', pkg!, 'src', `${rest.join('/')}.ts`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, source)
}

test('an import along the arrow is fine, against it is named with file and line', () => {
  file('std/a', `export const a = 1\n`)
  file('model/b', `import { a } from '@lumen/std/a'\nexport const b = a\n`)
  expect(checkImports(root)).toEqual([])
  file('std/c', `// why\nimport { b } from '@lumen/model/b'\nexport const c = b\n`)
  expect(checkImports(root)).toEqual([
    'packages/std/src/c.ts:2 imports @lumen/model/b: std may import no other package',
  ])
})

test('a type-only import counts for the direction', () => {
  file('protocol/p', `export interface P {}\n`)
  file('tsdb/t', `import type {\n  P,\n} from '@lumen/protocol/p'\nexport type T = P\n`)
  expect(checkImports(root)).toHaveLength(1)
})

test('nothing but the executable and the testkit imports the hub, and tests may use the testkit', () => {
  file('hub/hub', `export const hub = 1\n`)
  file('testkit/kit', `import { hub } from '@lumen/hub/hub'\nexport const kit = hub\n`)
  file('lumen/main', `import { hub } from '@lumen/hub/hub'\nexport const main = hub\n`)
  file('std/a.test', `import { kit } from '@lumen/testkit/kit'\nkit\n`)
  expect(checkImports(root)).toEqual([])
  file('agent/a', `import '@lumen/hub/hub'\n`)
  file('agent/b', `export * from '@lumen/testkit/kit'\n`)
  file('web/w', `const late = () => import('@lumen/hub/hub')\nexport { late }\n`)
  expect(checkImports(root)).toHaveLength(3)
})

test('a relative path into another package is refused', () => {
  file('std/a', `export const a = 1\n`)
  file('model/b', `import { a } from '../../std/src/a.ts'\nexport const b = a\n`)
  expect(checkImports(root)[0]).toContain('by path')
})

test('inside the hub only hub.ts and http itself import http', () => {
  file('hub/http/app', `export const app = 1\n`)
  file('hub/http/routes/a', `import { app } from '../app.ts'\nexport const a = app\n`)
  file('hub/hub', `import { app } from './http/app.ts'\nexport const hub = app\n`)
  expect(checkImports(root)).toEqual([])
  file('hub/auth/login', `import { app } from '../http/app.ts'\nexport const login = app\n`)
  expect(checkImports(root)[0]).toContain('only hub.ts mounts http/')
})

test('a cycle is reported once, and a type-only import or a worker file closes none', () => {
  file('std/a', `import { b } from './b.ts'\nexport const a = () => b\n`)
  file('std/b', `import { c } from './c.ts'\nexport const b = () => c\n`)
  file('std/c', `import type { a } from './a.ts'\nexport const c = new URL('./a.ts', import.meta.url)\n`)
  expect(checkImports(root)).toEqual([])
  file('std/c', `import { a } from './a.ts'\nexport const c = () => a\n`)
  expect(checkImports(root)).toEqual([
    'import cycle: packages/std/src/a.ts -> packages/std/src/b.ts -> packages/std/src/c.ts -> packages/std/src/a.ts',
  ])
})

test('imports inside comments do not count', () => {
  file('hub/hub', `export const hub = 1\n`)
  file(
    'std/a',
    `/* \nimport { hub } from '@lumen/hub/hub'\n*/\n// import '@lumen/hub/hub'\nexport const a = 1\n`,
  )
  expect(checkImports(root)).toEqual([])
})

test('this tree is sound', () => {
  expect(checkImports(ROOT)).toEqual([])
})
