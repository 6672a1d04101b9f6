/** What somebody typed as a number: a decimal comma counts as a point. undefined for anything else. */
export function numberOf(text: string): number | undefined {
  const plain = text.trim().replace(',', '.')
  return /^\d+(\.\d*)?$|^\.\d+$/.test(plain) ? Number(plain) : undefined
}

/** The shortest text that reads back as the number, within three digits after the point. */
export const textOf = (value: number): string => String(Math.round(value * 1000) / 1000)
