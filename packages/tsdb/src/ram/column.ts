/** Stands for missing in an Int32Array. */
const MISSING = -0x8000_0000
const LARGEST = 0x7fff_ffff

/** Fixed-point integers of one field by slot. Four bytes a value until one does not fit, then eight. */
export class Column {
  #data: Int32Array | Float64Array

  constructor(capacity: number) {
    this.#data = new Int32Array(capacity).fill(MISSING)
  }

  /** NaN = missing. */
  get(slot: number): number {
    const value = this.#data[slot]!
    return value === MISSING && this.#data instanceof Int32Array ? Number.NaN : value
  }

  set(slot: number, value: number): void {
    const isMissing = Number.isNaN(value)
    if (this.#data instanceof Int32Array) {
      if (isMissing || (value > MISSING && value <= LARGEST)) {
        this.#data[slot] = isMissing ? MISSING : value
        return
      }
      const narrow = this.#data
      this.#data = Float64Array.from(narrow, (stored) => (stored === MISSING ? Number.NaN : stored))
    }
    this.#data[slot] = value
  }

  /** Lays the values of `slots` out anew at 0, 1, 2…; the rest of the new capacity is missing. */
  relay(slots: readonly number[], capacity: number): void {
    const old = this.#data
    this.#data =
      old instanceof Int32Array
        ? new Int32Array(capacity).fill(MISSING)
        : new Float64Array(capacity).fill(Number.NaN)
    for (let index = 0; index < slots.length; index++) this.#data[index] = old[slots[index]!]!
  }

  get bytes(): number {
    return this.#data.byteLength
  }
}
