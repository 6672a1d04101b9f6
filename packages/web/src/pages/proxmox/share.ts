/** How much of a whole is used, percent; null where either is unknown. */
export function shareOf(used: number | null | undefined, total: number | null | undefined): number | null {
  return typeof used === 'number' && typeof total === 'number' && total > 0 ? (100 * used) / total : null
}
