import { createForageClient } from '@forage-session/core/ky'
import type { KyInstance, Options } from 'ky'
import { useMemo } from 'react'

import { useKeyed } from '../shared/hook-tools.ts'
import { useLatest } from '../shared/hook-tools.ts'
import { followLatest, optionsKey } from '../shared/latest-options.ts'
import { useForageSession } from './use-forage-session.ts'

/**
 * A ky that attaches the token and replays once on a 401 about it. Stable, also with options written inline:
 * another instance only when the values in them change.
 * `kyOptions.fetch` is left aside: give the session a `fetch` of your own.
 * Throws a `TypeError` when neither the session nor `kyOptions.prefix` says where requests go.
 */
export function useForageClient(kyOptions?: Options): KyInstance {
  const session = useForageSession()
  const latest = useLatest(kyOptions)
  const options = useKeyed(optionsKey(kyOptions), () => followLatest(kyOptions, () => latest.current))
  return useMemo(() => createForageClient(session, options), [session, options])
}
