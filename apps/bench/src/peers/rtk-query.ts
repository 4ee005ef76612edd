import { load } from '../../peers/load.ts'
import type { PeerAdapter } from './peer.ts'

interface Result {
  readonly data?: unknown
  readonly error?: { status: number | string }
  readonly meta?: { response?: Response }
}
type BaseQuery = (url: string, api: object, extra: object) => Promise<Result>
interface Toolkit {
  fetchBaseQuery(options: { prepareHeaders: (headers: Headers) => void }): BaseQuery
}
interface AsyncMutex {
  Mutex: new () => {
    isLocked(): boolean
    acquire(): Promise<() => void>
    waitForUnlock(): Promise<void>
  }
}

/** Follows the documentation's "Preventing multiple unauthorized errors" line by line. */
function withReauth(
  mutex: InstanceType<AsyncMutex['Mutex']>,
  baseQuery: BaseQuery,
  refresh: () => Promise<void>,
): BaseQuery {
  return async (url, api, extra) => {
    await mutex.waitForUnlock()
    const result = await baseQuery(url, api, extra)
    if (result.error?.status !== 401) return result
    if (mutex.isLocked()) {
      await mutex.waitForUnlock()
      return await baseQuery(url, api, extra)
    }
    const release = await mutex.acquire()
    try {
      await refresh()
      return await baseQuery(url, api, extra)
    } finally {
      release()
    }
  }
}

export const rtkQuery: PeerAdapter = {
  name: 'RTK Query docs',
  packages: ['@reduxjs/toolkit', 'async-mutex'],
  async create(world) {
    const { fetchBaseQuery } = (await load('@reduxjs/toolkit/query')) as Toolkit
    const { Mutex } = (await load('async-mutex')) as AsyncMutex
    let { token } = world.issue()
    const baseQuery = fetchBaseQuery({
      prepareHeaders: (headers) => headers.set('Authorization', `Bearer ${token}`),
    })
    const query = withReauth(new Mutex(), baseQuery, async () => void (token = (await world.mint()).token))
    const api = { signal: new AbortController().signal, getState: () => ({}), dispatch: () => {} }
    return { fetch: async (url) => (await query(url, api, {})).meta?.response?.status ?? 0 }
  },
}
