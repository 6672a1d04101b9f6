/** A length of time for people, in its largest whole unit: `42 s`, `5 min`, `3 h`, `2 d`. Rounded down. */
export function durationText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000))
  if (s < 120) return `${s} s`
  if (s < 7_200) return `${Math.floor(s / 60)} min`
  if (s < 172_800) return `${Math.floor(s / 3_600)} h`
  return `${Math.floor(s / 86_400)} d`
}
