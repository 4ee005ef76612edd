export type Variables = Readonly<Record<string, string | undefined>>

/** Returns the trimmed value of a variable. An empty value counts as unset, like an empty line of a `.env` file. */
export function variable(env: Variables, name: string): string | undefined {
  return env[name]?.trim() || undefined
}

/** Returns the name of a pool's own variable: `FORAGE_CLIENT_ID_KIOSK_2` for the pool `kiosk-2`. */
export function poolVariable(name: string, pool: string): string {
  return `${name}_${pool.replaceAll('-', '_').toUpperCase()}`
}
