import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { WebAsset, WebAssets } from '../config/web-assets.ts'

/** The files of a built web app in a folder, read once (half a megabyte), so that building the app anew under a
 * running hub does not leave it with half of each; undefined when the folder has no index page.
 * `x.js.gz` beside `x.js` is its compressed form; what lies under `assets/` carries a hash in its name. */
export function webDirectory(dir: string): WebAssets | undefined {
  const files = new Map<string, WebAsset>()
  const names = new Set(listFiles(dir))
  if (!names.has('index.html')) return undefined
  for (const name of names) {
    if (name.endsWith('.gz') || isHidden(name)) continue
    const path = join(dir, name)
    const url = `/${name.split(sep).join('/')}`
    files.set(url, {
      body: readFileSync(path),
      contentType: name.endsWith('.webmanifest') ? 'application/manifest+json' : Bun.file(path).type,
      immutable: url.startsWith('/assets/'),
      gzip: names.has(`${name}.gz`) ? readFileSync(`${path}.gz`) : undefined,
    })
  }
  return { get: (path) => files.get(path) }
}

/** The build's own notes are no part of the app, nor are backups that somebody chose to keep here: everybody could read
 * them. */
function isHidden(name: string): boolean {
  return name.split(sep).some((part) => part.startsWith('.') || part.startsWith('lumen-backup'))
}

function listFiles(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(dir, name)).isFile(),
    )
  } catch {
    return []
  }
}
