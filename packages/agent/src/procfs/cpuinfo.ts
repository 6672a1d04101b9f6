/** What the processor calls itself, from `/proc/cpuinfo`: `model name` on x86 and others, else the board's
 * `Model` or `Hardware` line on ARM. undefined where no line says. */
export function parseCpuModel(text: string): string | undefined {
  for (const name of ['model name', 'Model', 'Hardware', 'cpu model', 'cpu', 'uarch']) {
    const value = new RegExp(`^${name}[ \\t]*:[ \\t]*(\\S.*)$`, 'm').exec(text)?.[1]
    if (value !== undefined) return value.replace(/\s+/g, ' ').trim()
  }
  return undefined
}

/** True when the processor says that a hypervisor runs it (x86 CPUID leaf 1 ECX bit 31). */
export function hasHypervisorFlag(text: string): boolean {
  return /^flags[ \t]*:.*\bhypervisor\b/m.test(text)
}
