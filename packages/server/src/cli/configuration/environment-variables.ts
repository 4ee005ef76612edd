export type Variables = Readonly<Record<string, string | undefined>>

/** Set to nothing is not set: that is what an empty line of a `.env` file says. */
export function variable(env: Variables, name: string): string | undefined {
  return env[name]?.trim() || undefined
}

/** `FORAGE_CLIENT_ID` of the pool `kiosk-2` is `FORAGE_CLIENT_ID_KIOSK_2`. */
export function poolVariable(name: string, pool: string): string {
  return `${name}_${pool.replaceAll('-', '_').toUpperCase()}`
}
