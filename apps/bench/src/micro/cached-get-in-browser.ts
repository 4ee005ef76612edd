import { cachedGet } from './cached-get.ts'

Object.assign(globalThis, { cachedGet })
