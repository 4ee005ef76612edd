import { expect, test } from 'vitest'

import { isLoopbackHost } from './loopback-host.ts'

test.each(['localhost', 'shop.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])(
  'the host %s is this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true)
  },
)

test.each(['localhost.example', '127.0.0.1.example', '10.0.0.1', 'evil.example'])(
  'the host %s is another machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(false)
  },
)
