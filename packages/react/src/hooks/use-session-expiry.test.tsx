import { cleanup, render } from '@testing-library/react'
import { StrictMode, useEffect, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'

import { setVisibility } from '../../test/page-visibility.ts'
import { sessionSetup, type SessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import { useForageSession } from './use-forage-session.ts'
import { useSessionExpiry, type UseSessionExpiryOptions } from './use-session-expiry.ts'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

interface Shown {
  /** What was rendered, in order. */
  renders: string[]
  unmount(): void
}

function Countdown({
  options,
  renders,
}: {
  options?: UseSessionExpiryOptions
  renders: string[]
}): ReactNode {
  const { expiresAt, secondsLeft } = useSessionExpiry(options)
  renders.push(String(secondsLeft))
  return (
    <time dateTime={expiresAt === undefined ? '' : new Date(expiresAt).toISOString()}>{secondsLeft}</time>
  )
}

function Asking(): null {
  const session = useForageSession()
  useEffect(() => void session.getToken(), [session])
  return null
}

/** A token of 15 minutes, 50 ms old. */
async function showCountdown({ options, pass }: SessionSetup, own?: UseSessionExpiryOptions): Promise<Shown> {
  const renders: string[] = []
  const { unmount } = render(
    <ForageSessionProvider {...options}>
      <Asking />
      <Countdown renders={renders} {...(own && { options: own })} />
    </ForageSessionProvider>,
  )
  await pass(50)
  return { renders, unmount }
}

test('counts the seconds down, one render each', async () => {
  const set = sessionSetup()
  const { renders } = await showCountdown(set)
  expect(renders).toEqual(['undefined', '900'])
  expect(document.querySelector('time')?.dateTime).toBe('2026-01-01T00:15:00.000Z')
  for (let second = 0; second < 3; second += 1) await set.pass(1000)
  expect(renders).toEqual(['undefined', '900', '899', '898', '897'])
})

test('ticks as often as it is told to, at whole steps before the end', async () => {
  const set = sessionSetup()
  const { renders } = await showCountdown(set, { everyMs: 60_000 })
  await set.pass(59_949)
  expect(renders).toEqual(['undefined', '900'])
  await set.pass(1)
  await set.pass(60_000)
  expect(renders).toEqual(['undefined', '900', '840', '780'])
})

test('looks more often than the second changes, and renders no more for it', async () => {
  const set = sessionSetup()
  const { renders } = await showCountdown(set, { everyMs: 100 })
  for (let tick = 0; tick < 20; tick += 1) await set.pass(100)
  expect(renders).toEqual(['undefined', '900', '899', '898'])
})

test('stands still in a hidden page, and catches up when it is shown', async () => {
  const set = sessionSetup()
  const { renders } = await showCountdown(set)
  const ticking = set.clock.timers()
  setVisibility('hidden')
  expect(set.clock.timers()).toBe(ticking - 1)
  await set.pass(10_000)
  expect(renders).toEqual(['undefined', '900'])
  setVisibility('visible')
  expect(renders).toEqual(['undefined', '900', '890'])
  await set.pass(1000)
  expect(renders.at(-1)).toBe('889')
})

test('shows a newer token at once', async () => {
  const set = sessionSetup()
  const { renders } = await showCountdown(set, { everyMs: 600_000 })
  await set.pass(720_000)
  expect(set.backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
  expect(renders.at(-1)).toBe('900')
})

test('without a token it shows none and sets no timer, also after the end of one', async () => {
  const set = sessionSetup()
  const renders: string[] = []
  const options = { ...set.options, renewWhen: 'never' as const }
  const { rerender } = render(
    <ForageSessionProvider {...options}>
      <Countdown renders={renders} />
    </ForageSessionProvider>,
  )
  expect(set.clock.timers()).toBe(0)
  rerender(
    <ForageSessionProvider {...options}>
      <Countdown renders={renders} />
      <Asking />
    </ForageSessionProvider>,
  )
  await set.pass(50)
  expect(renders.at(-1)).toBe('900')
  await set.pass(900_000)
  expect(renders.at(-1)).toBe('undefined')
  expect(set.clock.timers()).toBe(0)
})

test('leaves no timer and no listener behind', async () => {
  const set = sessionSetup()
  const added = vi.spyOn(document, 'addEventListener')
  const removed = vi.spyOn(document, 'removeEventListener')
  const renders: string[] = []
  const shop = (isShown: boolean): ReactNode => (
    <StrictMode>
      <ForageSessionProvider {...set.options}>
        <Asking />
        {isShown && <Countdown renders={renders} />}
      </ForageSessionProvider>
    </StrictMode>
  )
  const { rerender } = render(shop(false))
  await set.pass(50)
  const timers = set.clock.timers()
  added.mockClear()
  removed.mockClear()
  rerender(shop(true))
  expect(set.clock.timers()).toBe(timers + 1)
  rerender(shop(false))
  expect(set.clock.timers()).toBe(timers)
  const count = (spy: typeof added | typeof removed): number =>
    spy.mock.calls.filter(([type]) => type === 'visibilitychange').length
  expect(count(added)).toBeGreaterThan(0)
  expect(count(removed)).toBe(count(added))
})

test('a server shows nothing of it', () => {
  const { options } = sessionSetup()
  const html = renderToString(
    <ForageSessionProvider {...options}>
      <Countdown renders={[]} />
    </ForageSessionProvider>,
  )
  expect(html).toBe('<time dateTime=""></time>')
})
