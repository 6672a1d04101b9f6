import type { WebAsset, WebAssets } from '../config/web-assets.ts'
import { Refusal } from '../refusal.ts'
import { problemAnswer } from './problem-answer.ts'

const NOT_BUILT = `This Lumen hub runs without its web app: it was started from a source tree in which the app
is not built. The API is here; run npm start in the tree to get the pages.
`

/** Serves the web app's files, and its index page for every address that is a page of the app. */
export class WebApp {
  readonly #assets: WebAssets | null
  readonly #compressed = new Map<string, Uint8Array<ArrayBuffer>>()

  constructor(assets: WebAssets | null) {
    this.#assets = assets
  }

  async answer(request: Request, path: string): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return problemAnswer(
        new Refusal(405, 'method_wrong', 'Pages are only read', { headers: { allow: 'GET, HEAD' } }),
      )
    }
    if (this.#assets === null) return text(path === '/' ? 200 : 404, NOT_BUILT)
    const found = this.#assets.get(path === '/' ? '/index.html' : path)
    if (found !== undefined) return this.#send(request, path, found)
    const isFile = /\.[A-Za-z0-9]+$/.test(path)
    const index = isFile ? undefined : this.#assets.get('/index.html')
    return index === undefined
      ? text(404, 'There is no such file.\n')
      : this.#send(request, '/index.html', index)
  }

  async #send(request: Request, path: string, asset: WebAsset): Promise<Response> {
    const headers: Record<string, string> = {
      'content-type': asset.contentType,
      'cache-control': asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
    }
    const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
    if (!takesGzip || !isText(asset.contentType)) return new Response(asset.body, { headers })
    headers['content-encoding'] = 'gzip'
    return new Response(asset.gzip ?? (await this.#compress(path, asset)), { headers })
  }

  async #compress(path: string, { body }: WebAsset): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#compressed.get(path)
    if (known !== undefined) return known
    const compressed = Bun.gzipSync(body instanceof Uint8Array ? body : await body.bytes())
    this.#compressed.set(path, compressed)
    return compressed
  }
}

function isText(contentType: string): boolean {
  return /^(text\/|application\/(javascript|json|manifest\+json)|image\/svg)/.test(contentType)
}

function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
