const NUMBER_TYPE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BIGNUM|DECIMAL\(\d+,\s*\d+\))$/

/** Whether a DuckDB type, as it writes it, is one of numbers. */
export function isNumberType(type: string): boolean {
  return NUMBER_TYPE.test(type)
}
