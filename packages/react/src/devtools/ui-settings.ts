export type Theme = 'system' | 'light' | 'dark'

export type Position = 'top' | 'bottom'

/** The settings of the devtools at the last visit. They contain nothing about the session. */
export interface UiSettings {
  readonly isOpen?: boolean
  readonly theme?: Theme
  readonly position?: Position
  /** The height of the docked panel, in CSS pixels. */
  readonly heightPx?: number
}

const keys = {
  isOpen: 'forage-session-devtools.open',
  theme: 'forage-session-devtools.theme',
  position: 'forage-session-devtools.position',
  heightPx: 'forage-session-devtools.height',
} as const satisfies Record<keyof UiSettings, string>

/** Reads the settings. If the storage is full, blocked or missing, the devtools work without it. */
export function readSettings(storage: Pick<Storage, 'getItem'> | undefined = pageStorage()): UiSettings {
  const isOpen = read(storage, keys.isOpen)
  const theme = read(storage, keys.theme)
  const position = read(storage, keys.position)
  const heightPx = Number(read(storage, keys.heightPx))
  return {
    ...(isOpen === 'true' || isOpen === 'false' ? { isOpen: isOpen === 'true' } : {}),
    ...(theme === 'light' || theme === 'dark' || theme === 'system' ? { theme } : {}),
    ...(position === 'top' || position === 'bottom' ? { position } : {}),
    ...(heightPx > 0 && Number.isFinite(heightPx) ? { heightPx } : {}),
  }
}

export function writeSettings(
  settings: UiSettings,
  storage: Pick<Storage, 'setItem'> | undefined = pageStorage(),
): void {
  for (const [name, value] of Object.entries(settings)) {
    try {
      storage?.setItem(keys[name as keyof UiSettings], String(value))
    } catch {}
  }
}

function read(storage: Pick<Storage, 'getItem'> | undefined, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null
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
