/** The web app's files, wherever they are kept. */
export interface WebAssets {
  /** @param path as in the URL, beginning with `/`, decoded */
  get(path: string): WebAsset | undefined
}

export interface WebAsset {
  body: Uint8Array<ArrayBuffer> | Bun.BunFile
  contentType: string
  /** Its name carries a hash of its content: browsers may keep it for good. */
  immutable: boolean
  /** The same, compressed beforehand. */
  gzip?: Uint8Array<ArrayBuffer> | Bun.BunFile | undefined
}
