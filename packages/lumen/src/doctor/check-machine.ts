import { existsSync, readFileSync } from 'node:fs'
import { isCompiled } from '../process.ts'
import { VERSION } from '../version.ts'
import { WEB_APP_DIR, webApp } from '../web-app.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** The program itself and what an agent reads. */
export function checkMachine(roots: { proc: string; sys: string }): Finding[] {
  return [runtime(), platform(), readable(roots.proc, 'stat'), sysfs(roots.sys), pages()]
}

function runtime(): Finding {
  const kind = isCompiled ? 'one-file executable' : 'from source'
  return ok(`Lumen ${VERSION} on Bun ${Bun.version}, ${kind}`)
}

function platform(): Finding {
  const text = `${process.platform} ${process.arch}`
  if (process.platform === 'linux') return ok(text)
  return warn(`${text}: the hub runs here, the agent reads Linux only`, 'run agents on Linux machines')
}

function readable(proc: string, file: string): Finding {
  const path = `${proc}/${file}`
  try {
    readFileSync(path, 'utf8')
    return ok(`${path} can be read`)
  } catch {
    return fail(
      `${path} cannot be read`,
      'mount the machine’s /proc there, or name another place with --proc',
    )
  }
}

function sysfs(sys: string): Finding {
  if (existsSync(`${sys}/class`)) return ok(`${sys} can be read`)
  return warn(
    `${sys} is empty: no temperatures, no disk models`,
    'mount the machine’s /sys there, or name it with --sys',
  )
}

function pages(): Finding {
  if (webApp() !== null) return ok('the web app is there')
  return warn(
    `the web app is not built (${WEB_APP_DIR})`,
    'run npm start once, or use the executable of npm run build',
  )
}
