/** Preloaded into a hub: its wall clock goes on from another time, so that data of a fixed calendar is fresh to it. */
const offset = Number(process.env.BENCH_CLOCK_OFFSET_MS ?? 0)
const now = Date.now.bind(Date)
Date.now = () => now() + offset
