/** Writes an answer to stdout and waits until it is out, so that ending the process cannot cut it. On Bun past
 * `process.stdout`, which brings megabytes of stream code. */
export async function print(text: string): Promise<void> {
  if ('Bun' in globalThis) await Bun.write(Bun.stdout, text)
  else await new Promise((resolve) => process.stdout.write(text, resolve))
}
