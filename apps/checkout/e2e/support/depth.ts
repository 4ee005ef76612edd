/** Told by `pnpm test:e2e` only: its like is told by the test command. */
export const deep = { tag: '@deep' }

/** axe looks at the narrow dark page and the wide light one; at the other two in the deep run. */
export function axeTags(width: number, colorScheme: 'light' | 'dark'): string[] {
  const isTold = (width === 360) === (colorScheme === 'dark')
  return isTold ? ['@axe'] : ['@axe', '@deep']
}
