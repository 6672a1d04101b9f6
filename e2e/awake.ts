/** Preloaded into a process whose clocks run fast under faketime: the runtime waits for its timers in the kernel's time,
 * and looks at them by the fast clocks only when it wakes. So it wakes often. */
setInterval(() => {}, 5)
