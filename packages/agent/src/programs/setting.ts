/** A collector that can do more with a program the machine's owner lets it run: `on` without, `off`, the program's name
 * or its path. */
export type ProgramSetting = 'on' | 'off' | string

/** The program to run, if one may be. */
export function programOf(setting: ProgramSetting): string | undefined {
  return setting === 'on' || setting === 'off' ? undefined : setting
}

/** Takes `on`, `off`, the name of `program` and a path.
 * @throws {Error} whose message says what is wanted */
export function parseProgramSetting(program: string): (text: string) => ProgramSetting {
  return (text) => {
    if (/^(?:true|1|yes|on)$/i.test(text)) return 'on'
    if (/^(?:false|0|no|off)$/i.test(text)) return 'off'
    if (text === program || text.startsWith('/')) return text
    throw new Error(`${JSON.stringify(text)} is none of on, off, ${program} and the path of ${program}`)
  }
}
