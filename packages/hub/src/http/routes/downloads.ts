import { getInstall } from '@lumen/protocol/http/install'
import type { Builds } from '../../downloads/builds.ts'
import { installAnswer } from '../../downloads/install-command.ts'
import { INSTALL_SCRIPT } from '../../downloads/install-script.ts'
import { Refusal } from '../../refusal.ts'
import type { Client } from '../client.ts'
import type { AnyRoute, Router } from '../router.ts'

export const installScriptRoute: AnyRoute = {
  method: 'GET',
  path: '/install.sh',
  auth: 'public',
  summary: 'Shell script that installs, updates or removes the agent of a Linux machine',
}
export const downloadRoute: AnyRoute = {
  method: 'GET',
  path: '/download/:name',
  auth: 'public',
  summary: 'A build, as lumen-linux-x64, or SHA256SUMS: the digests of all that are here',
  problems: ['build_missing'],
}

export interface DownloadParts {
  builds: Builds
  /** --public-url. */
  publicUrl: string | undefined
}

/** Installing an agent. Nothing of it is secret, and a machine that is to be added has no session yet. */
export function mountDownloadRoutes(router: Router, { builds, publicUrl }: DownloadParts): void {
  router.raw(
    installScriptRoute,
    () => new Response(INSTALL_SCRIPT, { headers: { 'content-type': 'text/x-shellscript; charset=utf-8' } }),
  )

  router.raw(downloadRoute, async (c) => {
    const name = c.req.param('name') ?? ''
    if (name === 'SHA256SUMS')
      return new Response(await builds.sums(), { headers: { 'content-type': 'text/plain; charset=utf-8' } })
    const build = await builds.find(name)
    if (build === undefined) throw new Refusal(404, 'build_missing', missing(name))
    return new Response(Bun.file(build.path), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${build.name}"`,
        etag: `"${build.sha256}"`,
      },
    })
  })

  router.private(getInstall, ({ client }) => installAnswerFor(client, { builds, publicUrl }))
}

/** What a person at this address of the hub is shown. */
export function installAnswerFor(client: Client, { builds, publicUrl }: DownloadParts) {
  return installAnswer(publicUrl ?? addressOf(client), builds)
}

function addressOf({ isHttps, host }: Client): string {
  return `${isHttps ? 'https' : 'http'}://${host ?? 'localhost'}`
}

function missing(name: string): string {
  const target = name.match(/^lumen-((?:linux|darwin|windows)-[a-z0-9-]+?)(?:\.exe)?$/)?.[1]
  if (target === undefined) return 'This hub offers no file of this name'
  return `This hub has no build for ${target}. In a checkout "npm run build -- ${target}" makes it in dist/; where the hub runs elsewhere, copy it beside the program or into the folder given by --downloads`
}
