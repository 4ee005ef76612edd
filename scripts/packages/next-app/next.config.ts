import type { NextConfig } from 'next'

const config: NextConfig = {
  // The page contains a token, so neither a shared cache nor the browser's cache may keep it.
  headers: () =>
    Promise.resolve([{ source: '/checkout', headers: [{ key: 'Cache-Control', value: 'no-store' }] }]),
}

export default config
