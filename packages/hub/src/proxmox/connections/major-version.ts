/** 9 of `9.1.2`; 0 when unknown. */
export function majorOf(version: string | null): number {
  return Number.parseInt(version ?? '', 10) || 0
}
