export type Theme = 'system' | 'light' | 'dark'

/** How the devtools look, as it was left. Nothing of the session is in it. */
export interface UiSettings {
  readonly isOpen?: boolean
  readonly theme?: Theme
}

const prefix = 'forage-session-devtools.'

/** A storage that is full, blocked or not there keeps nothing, and breaks nothing. */
export function readSettings(storage: Pick<Storage, 'getItem'> | undefined = pageStorage()): UiSettings {
  const isOpen = read(storage, 'open')
  const theme = read(storage, 'theme')
  return {
    ...(isOpen === 'true' || isOpen === 'false' ? { isOpen: isOpen === 'true' } : {}),
    ...(theme === 'light' || theme === 'dark' || theme === 'system' ? { theme } : {}),
  }
}

export function writeSetting(
  name: 'open' | 'theme',
  value: string,
  storage: Pick<Storage, 'setItem'> | undefined = pageStorage(),
): void {
  try {
    storage?.setItem(prefix + name, value)
  } catch {}
}

function read(storage: Pick<Storage, 'getItem'> | undefined, name: string): string | null {
  try {
    return storage?.getItem(prefix + name) ?? null
  } catch {
    return null
  }
}

function pageStorage(): Storage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}
