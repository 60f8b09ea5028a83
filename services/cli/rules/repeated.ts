/** For an option that may be given more than once: its values in their order. */
export function repeated(value: string, previous: readonly string[]): string[] {
  return [...previous, value]
}
