/** Uniform numbers in [0, 1), the same for the same seed on every machine (mulberry32). Not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The seed a randomised test uses: `LUMEN_TEST_SEED`, or a fresh one. Print it, so that a failure repeats. */
export function testSeed(): number {
  const given = process.env.LUMEN_TEST_SEED
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given)
}
