import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { CHECKOUT } from './lumen-process.ts'
import { runCommand } from './run-command.ts'

const PACKAGE = '@sparticuz/chromium'
const UNPACK = `console.log(await (await import('${PACKAGE}')).default.executablePath())`

/** Path of the Chromium that npm brought, unpacked once under `cache`. The package itself unpacks to a fixed path and
 * takes whatever stands there for finished, also what another process is still writing or an older version left: so it
 * unpacks into a folder of its own, which a rename puts in its place. */
export async function chromiumPath(cache = join(CHECKOUT, 'node_modules/.cache/lumen')): Promise<string> {
  const folder = join(cache, `chromium-${await version()}`)
  const path = join(folder, 'chromium')
  if (existsSync(path)) return path
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(`${folder}-`)
  try {
    await runCommand([process.execPath, '--no-env-file', '-e', UNPACK], { TMPDIR: fresh })
    // Somebody else may have been quicker.
    await rename(fresh, folder).catch((error: Error) => {
      if (!existsSync(path)) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return path
}

async function version(): Promise<string> {
  const main = createRequire(import.meta.url).resolve(PACKAGE)
  const manifest = Bun.file(join(dirname(dirname(main)), 'package.json'))
  return ((await manifest.json()) as { version: string }).version
}
