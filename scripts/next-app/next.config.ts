import type { NextConfig } from 'next'

const config: NextConfig = {
  // The page carries a token: no cache, shared or the browser's own, may keep it.
  headers: () =>
    Promise.resolve([{ source: '/checkout', headers: [{ key: 'Cache-Control', value: 'no-store' }] }]),
}

export default config
