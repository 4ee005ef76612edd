import { createForageClient } from '@forage-session/core/ky'
import type { KyInstance, Options } from 'ky'
import { useMemo } from 'react'

import { useKeyed, useLatest } from '../shared/hook-tools.ts'
import { followLatest, optionsKey } from '../shared/latest-options.ts'
import { useForageSession } from './use-forage-session.ts'

/**
 * Returns a ky instance that attaches the token, and replays a request once after a 401 about it. The instance is
 * stable, also with inline options: it changes only when their values change. `kyOptions.fetch` is ignored; pass a
 * `fetch` to the session instead. Throws a `TypeError` if neither the session nor `kyOptions.prefix` has the URL of
 * the API.
 *
 * @example
 * ```tsx
 * import { useForageClient } from '@forage-session/react'
 *
 * export function DeleteCardButton({ cardRef }: { cardRef: string }) {
 *   const forage = useForageClient({ timeout: 10_000 })
 *   return <button onClick={() => void forage.delete(`api/payment_methods/${cardRef}/`)}>Delete the card</button>
 * }
 * ```
 */
export function useForageClient(kyOptions?: Options): KyInstance {
  const session = useForageSession()
  const latest = useLatest(kyOptions)
  const options = useKeyed(optionsKey(kyOptions), () => followLatest(kyOptions, () => latest.current))
  return useMemo(() => createForageClient(session, options), [session, options])
}
