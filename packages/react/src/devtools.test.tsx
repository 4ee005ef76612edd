import type { ForageSession } from '@forage-session/core'
import { act, cleanup, render } from '@testing-library/react'
import { useState, type ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'

import { showDevtools } from '../test/shown-devtools.tsx'
import { ForageSessionDevtools as DefaultDevtools } from './devtools.ts'
import {
  ForageSessionDevtools,
  ForageSessionDevtoolsPanel,
  forageSessionDevtoolsPlugin,
} from './devtools/production.ts'
import { ForageSessionProvider } from './provider/forage-session-provider.tsx'

afterEach(() => {
  cleanup()
  localStorage.clear()
  vi.restoreAllMocks()
})

test('the pill shows the status of the token in words, and its accessible name has no countdown', async () => {
  const devtools = await showDevtools()
  expect(devtools.text()).toContain('no token')
  await devtools.do((session) => session.getToken())
  const pill = devtools.button(/Session token: fresh/)
  expect(devtools.text()).toContain('15:00')
  await devtools.pass(61_000)
  expect(devtools.text()).toContain('13:59')
  expect(pill.textContent).not.toMatch(/\d/)
  expect(pill.getAttribute('aria-label')).toBe('Open Forage session devtools. Session token: fresh')
})

test('the dot turns yellow after the renewal point, and gray when the token has expired', async () => {
  const devtools = await showDevtools({ renewWhen: 'never' })
  await devtools.do((session) => session.getToken())
  expect(devtools.pillTone()).toBe('fresh')
  await devtools.pass(12 * 60_000)
  expect(devtools.pillTone()).toBe('stale')
  await devtools.pass(3 * 60_000)
  expect(devtools.pillTone()).toBe('none')
})

test('a failure is red and shows its code, its remedy and the time of the next attempt', async () => {
  const devtools = await showDevtools()
  devtools.backend.answer(new Response(null, { status: 503 }))
  await devtools.do((session) => session.getToken().catch(() => {}))
  expect(devtools.pillTone()).toBe('failed')
  await devtools.press(/Open/)
  expect(devtools.text()).toContain('endpoint_failed')
  expect(devtools.text()).toContain('Check the log of the backend.')
  expect(devtools.text()).toMatch(/Next attempt after \d\d:\d\d:\d\d/)
})

test('a resolved error is marked as resolved', async () => {
  const devtools = await showDevtools()
  devtools.backend.answer(new Response(null, { status: 503 }))
  await devtools.do((session) => session.getToken().catch(() => {}))
  await devtools.pass(5000)
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  expect(devtools.text()).toContain('Last error (resolved)')
})

test('each event is a row, newest first, and a selected row shows its details', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  const rows = devtools.rows()
  expect(rows[0]?.textContent).toContain('fetching → ready')
  expect(rows[1]?.textContent).toContain('Token received')
  await act(async () => rows[1]?.click())
  expect(rows[1]?.getAttribute('aria-selected')).toBe('true')
  expect(devtools.region('Details').textContent).toContain('token-received')
})

test('the arrow keys move through the log, which is one tab stop', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  const rows = devtools.rows()
  const stops = (): number[] => rows.flatMap((row, index) => (row.tabIndex === 0 ? [index] : []))
  expect(stops()).toEqual([0])
  await devtools.key(rows[0]!, 'ArrowDown')
  expect(stops()).toEqual([1])
  expect(rows[1]?.getAttribute('aria-selected')).toBe('true')
  await devtools.key(rows[1]!, 'End')
  expect(stops()).toEqual([rows.length - 1])
  await devtools.key(rows.at(-1)!, 'ArrowDown')
  expect(stops()).toEqual([rows.length - 1])
  await devtools.key(rows.at(-1)!, 'Home')
  expect(stops()).toEqual([0])
})

test('a selected row stays selected when new events arrive', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  await act(async () => devtools.rows()[1]?.click())
  await devtools.do((session) => session.renew())
  const chosen = devtools.rows().filter((row) => row.getAttribute('aria-selected') === 'true')
  expect(chosen.map((row) => row.textContent)).toEqual([expect.stringContaining('Token received')])
})

test('a paused log does not change, and shows the number of new events', async () => {
  const devtools = await showDevtools()
  await devtools.press(/Open/)
  await devtools.press('Pause log')
  await devtools.do((session) => session.getToken())
  expect(devtools.rows()).toEqual([])
  expect(devtools.text()).toMatch(/paused, \d new/)
  await devtools.press('Pause log')
  expect(devtools.rows().length).toBeGreaterThan(0)
  await devtools.press('Clear log')
  expect(devtools.rows()).toEqual([])
})

test('the filter shows the events that contain all its words, and Escape first empties the filter', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  const all = devtools.rows().length
  await devtools.type('Filter', 'ENDPOINT received')
  expect(devtools.rows().map((row) => row.textContent)).toEqual([expect.stringContaining('Token received')])
  await devtools.type('Filter', 'received nowhere')
  expect(devtools.region('Log').textContent).toContain('No event matches')
  await devtools.key(devtools.region('Filter'), 'Escape')
  expect(devtools.rows()).toHaveLength(all)
  await devtools.key(devtools.region('Filter'), 'Escape')
  expect(devtools.button(/Open/)).toBeTruthy()
})

test('the copy button copies the shown events as text, oldest first, and shows whether it succeeded', async () => {
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  await devtools.type('Filter', 'token')
  await devtools.press('Copy log')
  const lines = write.mock.calls[0]?.[0].split('\n') ?? []
  expect(lines).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z\tToken requested\tfirst$/),
    expect.stringMatching(/Z\tToken received\t\w{8} · for 15 min · from the endpoint$/),
  ])
  expect(devtools.button('Copied')).toBeTruthy()
  await devtools.do((session) => session.renew())
  write.mockRejectedValueOnce(new DOMException('Blocked', 'NotAllowedError'))
  await devtools.press('Copy log')
  expect(devtools.button('Copying is not allowed')).toBeTruthy()
})

test('the details begin with the selected row', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  const heading = (): string | undefined => devtools.region('Details').querySelector('h3')?.textContent
  expect(heading()).toBe('Token')
  await act(async () => devtools.rows()[1]?.click())
  expect(heading()).toBe('Token received')
})

test('the button Renew gets a newer token, and the button Drop token drops it', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  await devtools.press('Renew')
  await devtools.pass(100)
  expect(devtools.backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
  await devtools.press('Drop token')
  expect(devtools.session().getSnapshot().status).toBe('idle')
})

test('the devtools have one word for each thing: a token is dropped, and the log is cleared', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  await devtools.press('Drop token')
  expect(devtools.rows().map((row) => row.textContent)).toContainEqual(
    expect.stringMatching(/Token dropped.*by clear\(\)/),
  )
  await devtools.press('Clear log')
  expect(devtools.rows()).toEqual([])
  expect(devtools.root().textContent).not.toMatch(/timeline|Empty/i)
})

test('the log says that the calls of Forage’s SDK are not in it', async () => {
  const devtools = await showDevtools()
  await devtools.press(/Open/)
  expect(devtools.region('Log').textContent).toContain(
    'Calls that Forage’s SDK sends itself are not in this log.',
  )
})

test('the button Renew requests a token even after a final failure', async () => {
  const devtools = await showDevtools()
  devtools.backend.answer(new Response(null, { status: 401 }))
  await devtools.do((session) => session.getToken().catch(() => {}))
  expect(devtools.session().getSnapshot()).toMatchObject({ status: 'failed', retryAt: null })
  await devtools.press(/Open/)
  await devtools.press('Renew')
  await devtools.pass(100)
  expect(devtools.session().getSnapshot().status).toBe('ready')
})

test('if the button Renew causes no request, the log shows why', async () => {
  const devtools = await showDevtools({ budget: { max: 2, perMs: 60_000 } })
  await devtools.do((session) => session.getToken())
  devtools.backend.answer(new Response(null, { status: 503 }))
  await devtools.do((session) => session.renew().catch(() => {}))
  await devtools.press(/Open/)
  await devtools.press('Renew')
  await devtools.pass(0)
  expect(devtools.rows()[0]?.textContent).toContain('Renew: no request, budget_exhausted')
})

test('without faults and emulator the fault buttons are disabled and describe the reason', async () => {
  const devtools = await showDevtools({}, { isWrapped: false })
  await devtools.press(/Open/)
  await devtools.pass(0)
  for (const name of ['Expire now', 'Reject next request', 'Fail next renewal', 'Slow source']) {
    const button = devtools.button(name)
    expect(button.disabled).toBe(true)
    const reason = devtools.root().getElementById(button.getAttribute('aria-describedby') ?? '')
    expect(reason?.textContent).toContain('createSessionFaults()')
  }
})

test('with wrapped faults each fault button causes its fault', async () => {
  const devtools = await showDevtools()
  await devtools.do((session) => session.getToken())
  await devtools.press(/Open/)
  await devtools.press('Expire now')
  expect(devtools.button(/Expire now/).textContent).toContain('armed')
  await devtools.do((session) => session.fetch('https://api.sandbox.joinforage.app/api/payments/'))
  expect(devtools.rows()[0]?.textContent).toContain('Sent again ✓')
  expect(devtools.button('Expire now').textContent).not.toContain('armed')
  await devtools.press('Fail next renewal')
  await devtools.press('Renew')
  await devtools.pass(100)
  expect(devtools.session().getSnapshot().status).toBe('degraded')
})

test('the focus moves into the opened panel, and Escape closes the panel and returns the focus to the pill', async () => {
  const devtools = await showDevtools()
  await devtools.press(/Open/)
  expect(devtools.root().activeElement?.getAttribute('aria-label')).toBe('Forage session devtools')
  const onPageKey = vi.fn<() => void>()
  document.addEventListener('keydown', onPageKey)
  await devtools.key(devtools.button('Pause log'), 'Escape')
  document.removeEventListener('keydown', onPageKey)
  expect(onPageKey).not.toHaveBeenCalled()
  expect(devtools.root().activeElement).toBe(devtools.button(/Open/))
})

test('a panel that is open at the first render does not take the focus', async () => {
  const devtools = await showDevtools({}, { initialIsOpen: true })
  expect(devtools.region('Log')).toBeTruthy()
  expect(devtools.root().activeElement).toBeNull()
})

test('the devtools restore the open panel, its position and its theme', async () => {
  const first = await showDevtools()
  await first.press(/Open/)
  await first.press(/Theme: system/)
  await first.press('Dock at the top')
  cleanup()
  const second = await showDevtools()
  expect(second.button(/Theme: light/)).toBeTruthy()
  expect(second.button('Dock at the bottom')).toBeTruthy()
  expect(Object.keys(localStorage).every((key) => key.startsWith('forage-session-devtools.'))).toBe(true)
})

test('each change of the status is announced once, and the countdown is never announced', async () => {
  const devtools = await showDevtools()
  const live = devtools.root().querySelectorAll('[aria-live]')
  expect(live).toHaveLength(1)
  const announced: (string | null)[] = []
  new MutationObserver(() => announced.push(live[0]!.textContent)).observe(live[0]!, {
    characterData: true,
    childList: true,
    subtree: true,
  })
  await devtools.do((session) => session.getToken())
  await devtools.pass(60_000)
  expect(announced.at(-1)).toBe('Session token: fresh')
  expect(announced.length).toBeLessThanOrEqual(2)
})

test('no timer runs without a token or in a hidden page', async () => {
  const devtools = await showDevtools({ renewWhen: 'never' })
  const idle = devtools.clock.timers()
  await devtools.do((session) => session.getToken())
  const ticking = devtools.clock.timers()
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  await act(async () => void document.dispatchEvent(new Event('visibilitychange')))
  const hidden = devtools.clock.timers()
  expect(hidden).toBe(ticking - 1)
  visibility.mockRestore()
  await act(async () => void document.dispatchEvent(new Event('visibilitychange')))
  expect(devtools.clock.timers()).toBe(ticking)
  await devtools.do((session) => session.clear())
  expect(devtools.clock.timers()).toBe(idle)
})

test('the devtools never re-render the application', async () => {
  const onRender = vi.fn<() => void>()
  const devtools = await showDevtools({}, { onRender })
  onRender.mockClear()
  await devtools.do((session) => session.getToken())
  await devtools.pass(30_000)
  await devtools.press(/Open/)
  await devtools.press('Renew')
  await devtools.pass(100)
  expect(onRender).not.toHaveBeenCalled()
})

test('devtools that mount again show the earlier events, and record each event once', async () => {
  const devtools = await showDevtools({}, { devtools: <TwoDevtools /> })
  await devtools.do((session) => session.getToken())
  const receivedRows = (): number =>
    devtools.rows().filter((row) => row.textContent.includes('Token received')).length
  expect(receivedRows()).toBe(1)
  await act(async () => document.querySelector<HTMLElement>('#toggle')?.click())
  expect(document.querySelector('[data-forage-session-devtools]')).toBeNull()
  await act(async () => document.querySelector<HTMLElement>('#toggle')?.click())
  expect(receivedRows()).toBe(1)
})

/** The pill and the panel of one session, which mount and unmount together. */
function TwoDevtools(): ReactNode {
  const [areShown, setShown] = useState(true)
  return (
    <>
      <button type="button" id="toggle" onClick={() => setShown(!areShown)}>
        Toggle
      </button>
      {areShown && <ForageSessionDevtools initialIsOpen />}
      {areShown && <ForageSessionDevtoolsPanel />}
    </>
  )
}

test('unmounted devtools leave no element in the page', async () => {
  await showDevtools()
  expect(document.querySelectorAll('[data-forage-session-devtools]')).toHaveLength(1)
  cleanup()
  expect(document.querySelectorAll('[data-forage-session-devtools]')).toHaveLength(0)
})

test('devtools without a session throw an error that names the fix', () => {
  vi.spyOn(console, 'error').mockReturnValue()
  expect(() => render(<ForageSessionDevtools />)).toThrow('<ForageSessionProvider>')
})

test('devtools with a session prop need no provider', async () => {
  const devtools = await showDevtools({}, { hasProvider: false })
  await devtools.do((session: ForageSession) => session.getToken())
  expect(devtools.pillTone()).toBe('fresh')
})

test('the default entry of the devtools renders nothing outside development', () => {
  render(
    <ForageSessionProvider tokenSource="/api/forage/session-token">
      <DefaultDevtools initialIsOpen />
    </ForageSessionProvider>,
  )
  expect(document.querySelector('[data-forage-session-devtools]')).toBeNull()
})

test.each([
  ['passes an object', { theme: 'dark' } as const],
  ['passes only its theme, like its first versions', 'dark' as const],
])('the plugin shows the panel without a close button, in the theme of a shell that %s', async (_, shell) => {
  const element = document.createElement('div')
  const devtools = await showDevtools({}, { devtools: forageSessionDevtoolsPlugin.render(element, shell) })
  expect(forageSessionDevtoolsPlugin).toMatchObject({ id: 'forage-session', name: 'Forage session' })
  expect(devtools.region('Log')).toBeTruthy()
  expect(devtools.root().querySelector('.devtools')?.getAttribute('data-theme')).toBe('dark')
  expect(devtools.root().querySelector('[aria-label="Close devtools"]')).toBeNull()
})
