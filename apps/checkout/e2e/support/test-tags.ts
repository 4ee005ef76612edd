/** `npm test` runs these stories in all three browsers. `pnpm test:e2e` runs every story in all three. */
export const everywhere = { tag: '@everywhere' }

/** Only `pnpm test:e2e` runs these tests, because `npm test` runs similar ones. */
export const deep = { tag: '@deep' }

/** `npm test` runs axe on the narrow dark page and the wide light page, `pnpm test:e2e` on all four. */
export function axeTags(width: number, colorScheme: 'light' | 'dark'): string[] {
  const isAlwaysRun = (width === 360) === (colorScheme === 'dark')
  return isAlwaysRun ? ['@axe'] : ['@axe', '@deep']
}
