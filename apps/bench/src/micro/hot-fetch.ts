import { createForageSession } from '@forage-session/core'

import { apiUrl } from '../world/world.ts'
import type { Timed } from './cached-get.ts'
import { fastest } from './fastest.ts'

const url = `${apiUrl}/api/payments/`
const init = { method: 'GET', headers: { Accept: 'application/json' } }

/** Times one `session.fetch` with a 200 answer, and the bare fetch below it, in µs. */
export async function hotFetch(): Promise<Timed> {
  const response = Response.json({})
  const bare = async (_input: RequestInfo | URL, _init?: RequestInit): Promise<Response> => response
  const session = createForageSession({
    tokenSource: async () => ({ token: 'sandbox_token', expires_in: 900 }),
    environment: { apiUrl },
    fetch: bare,
  })
  await session.fetch(url, init)
  const [ours = NaN, floor = NaN] = await fastest([() => session.fetch(url, init), () => bare(url, init)])
  session.close()
  return { ours: ours / 1000, floor: floor / 1000 }
}
