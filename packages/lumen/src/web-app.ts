import { join } from 'node:path'
import type { WebAssets } from '@lumen/hub/config/web-assets'
import { webDirectory } from '@lumen/hub/http/web-directory'
import { isCompiled } from './process.ts'

/** Where the built web app is: embedded in the one-file executable, beside its source in a checkout. */
export const WEB_APP_DIR = isCompiled
  ? join(import.meta.dir, 'build')
  : join(import.meta.dir, '../../web/build')

/** The built web app, or null when it was not built. */
export function webApp(): WebAssets | null {
  return webDirectory(WEB_APP_DIR) ?? null
}
