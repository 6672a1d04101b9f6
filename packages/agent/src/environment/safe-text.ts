import { readKernelText } from '../kernel-text.ts'

/** Text of a file, or undefined whatever the reason: a sign that cannot be read is no sign. */
export function safeText(path: string): string | undefined {
  try {
    return readKernelText(path)
  } catch {
    return undefined
  }
}

export function safeLine(path: string): string | undefined {
  const line = safeText(path)?.trim()
  return line === '' ? undefined : line
}
