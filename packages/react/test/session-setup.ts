import { createMerchantBackend, createVirtualClock } from '@forage-session/core/testing'
import type { MerchantBackend, VirtualClock } from '@forage-session/core/testing'
import { act } from '@testing-library/react'
import { vi } from 'vitest'

import type { OwnSessionOptions } from '../src/provider/use-own-session.ts'

export interface SessionSetup {
  clock: VirtualClock
  backend: MerchantBackend
  /** Options for a provider: the backend's token source and API, with the virtual clock. */
  options: OwnSessionOptions
  /** Advances the clock by `ms`, and lets React render the result. */
  pass(ms: number): Promise<void>
}

export function sessionSetup(): SessionSetup {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const options: OwnSessionOptions = {
    tokenSource: (request) => backend.tokenSource(request),
    fetch: (input, init) => backend.fetch(input, init),
    environment: 'sandbox',
    platform: {
      clock,
      random: () => 0,
      // A BroadcastChannel reaches the threads of other tests as well.
      openChannel: () => ({ postMessage() {}, onMessage() {}, close() {} }),
      // A real lock would answer in real time.
      openPresence: () => undefined,
    },
  }
  return { clock, backend, options, pass: (ms) => act(() => passOn(clock, ms)) }
}

/** Runs the pending tasks of the page, without advancing the session's clock. */
export async function nextTask(): Promise<void> {
  await act(() => pageTask(0))
}

/** TanStack Query notifies React in a separate task, which may start the next request. */
async function passOn(clock: VirtualClock, ms: number): Promise<void> {
  await clock.advance(ms)
  await pageTask(ms)
  await clock.advance(0)
  await pageTask(0)
}

async function pageTask(ms: number): Promise<void> {
  if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(ms)
  else await new Promise((resolve) => setTimeout(resolve, 0))
}
