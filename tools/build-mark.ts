import { MARK_BEGIN } from '@lumen/hub/downloads/mark-finder'
import { VERSION } from '@lumen/lumen/version'

/** A comment that tells a hub which version a build is, without running it. */
export const BUILD_MARK = `/* ${MARK_BEGIN}${VERSION}@ */`
