import type { ForageSession } from '@forage-session/core'

import { useSessionScope } from '../provider/session-context.ts'

/**
 * Returns the session of the nearest provider. The session is the same object in each render, as are its functions,
 * which need no receiver. It requests no token until one of them is called. Throws without a provider.
 *
 * @example
 * ```tsx
 * import { useForageSession } from '@forage-session/react'
 *
 * export function SignOutButton() {
 *   const { clear } = useForageSession()
 *   return <button onClick={clear}>Sign out</button>
 * }
 * ```
 *
 * @example
 * ```tsx
 * import { useForageSession } from '@forage-session/react'
 *
 * export function SaveButton({ url, body }: { url: string; body: string }) {
 *   const { fetch } = useForageSession()
 *   return <button onClick={() => void fetch(url, { method: 'POST', body })}>Save</button>
 * }
 * ```
 */
export function useForageSession(): ForageSession {
  return useSessionScope().session
}
