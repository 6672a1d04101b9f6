import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'
import { configPage } from './config-page.ts'
import { httpPage } from './http-page.ts'
import { metricsPage } from './metrics-page.ts'

const NOTE = '<!-- Written by `npm run generate`. Change its source, not this file. -->\n\n'

/** File name → content of every generated page. */
export async function referencePages(): Promise<Map<string, string>> {
  return new Map([
    ['metrics.md', NOTE + metricsPage()],
    ['config.md', NOTE + configPage()],
    ['http-api.md', NOTE + (await httpPage())],
  ])
}

/** Names of the pages in `folder` that differ from what their sources say now. */
export async function stalePages(folder: string): Promise<string[]> {
  const pages = await referencePages()
  return [...pages]
    .filter(([name, content]) => readIfThere(join(folder, name)) !== content)
    .map(([name]) => name)
}

export async function writePages(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of await referencePages()) writeFileSync(join(folder, name), content)
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
