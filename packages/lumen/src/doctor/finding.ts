/** What one check found. `fix` says what to do where something is wrong. */
export interface Finding {
  level: 'ok' | 'warn' | 'fail'
  text: string
  fix?: string
}

export const ok = (text: string): Finding => ({ level: 'ok', text })
export const warn = (text: string, fix: string): Finding => ({ level: 'warn', text, fix })
export const fail = (text: string, fix: string): Finding => ({ level: 'fail', text, fix })

/** `ok    …`, with the fix on a line of its own. */
export function findingText({ level, text, fix }: Finding): string {
  return `${level.padEnd(5)} ${text}\n${fix === undefined ? '' : `      → ${fix}\n`}`
}
