import { createForageSession, type ForageSession } from '@forage-session/core'
import { createElement } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'

import {
  createSessionFaults,
  ForageSessionDevtools,
  type ForageSessionDevtoolsProps,
} from './devtools/production.ts'

let root: Root | undefined
let page: HTMLElement | undefined

afterEach(() => {
  root?.unmount()
  page?.remove()
  localStorage.clear()
})

interface Shown {
  session: ForageSession
  shadow: ShadowRoot
  find: <Found extends HTMLElement>(selector: string) => Promise<Found>
}

async function show(props: ForageSessionDevtoolsProps = {}, onEvent?: () => void): Promise<Shown> {
  const faults = createSessionFaults()
  const session = createForageSession({
    environment: 'sandbox',
    tokenSource: faults.tokenSource(async () => ({
      token: `sandbox_${crypto.randomUUID()}`,
      expires_in: 900,
    })),
    fetch: faults.fetch(() => Promise.resolve(Response.json({}))),
  })
  page = document.body.appendChild(document.createElement('div'))
  root = createRoot(page)
  const devtools = <ForageSessionDevtools session={session} {...props} />
  root.render(createElement('div', { onClick: onEvent, onKeyDown: onEvent }, devtools))
  const host = await vi.waitUntil(() => document.querySelector('[data-forage-session-devtools]'))
  const shadow = host.shadowRoot!
  const find = <Found extends HTMLElement>(selector: string): Promise<Found> =>
    vi.waitUntil(() => shadow.querySelector<Found>(selector), { timeout: 5000 })
  await find('.pill, .panel')
  return { session, shadow, find }
}

/** Presses a key on the focused element. As from a keyboard, the event leaves the shadow root. */
function pressKey(shadow: ShadowRoot, key: string): void {
  shadow.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }))
}

function colorOf(element: Element): string {
  return getComputedStyle(element).backgroundColor
}

test('the style sheets of the page and of the devtools do not affect each other', async () => {
  const style = document.head.appendChild(document.createElement('style'))
  style.textContent = 'button, section { display: none !important; background: red !important }'
  try {
    const { find } = await show()
    const pill = await find('.pill')
    expect(getComputedStyle(pill).display).toBe('flex')
    expect(getComputedStyle(pill).position).toBe('fixed')
    const own = page!.appendChild(document.createElement('p'))
    own.className = 'pill'
    expect(getComputedStyle(own).position).toBe('static')
  } finally {
    style.remove()
  }
})

test('the keyboard opens the panel, moves through the log, closes the panel and is back at the pill', async () => {
  const { session, shadow, find } = await show()
  await session.getToken()
  const pill = await find('.pill button')
  pill.focus()
  // A browser turns Enter on a button into a click.
  pill.click()
  const panel = await find('.panel')
  await vi.waitFor(() => expect(shadow.activeElement).toBe(panel))
  const row = await find('[role="option"]')
  row.focus()
  pressKey(shadow, 'ArrowDown')
  await vi.waitFor(() =>
    expect(shadow.activeElement).toBe(shadow.querySelectorAll('[role="option"]').item(1)),
  )
  pressKey(shadow, 'Escape')
  await vi.waitFor(() => expect(shadow.activeElement?.parentElement?.className).toContain('pill'))
  expect(shadow.querySelector('.panel')).toBeNull()
})

test('the pill has a visible keyboard focus', async () => {
  const { find } = await show()
  const pill = await find('.pill')
  pill.querySelector('button')!.focus({ focusVisible: true })
  await vi.waitFor(() => expect(getComputedStyle(pill).outlineStyle).toBe('solid'))
})

test('each theme has its own colors, and the selected theme overrides the system', async () => {
  const { shadow, find } = await show({ initialIsOpen: true })
  const panel = await find('.panel')
  const theme = shadow.querySelector<HTMLButtonElement>('.theme')!
  const system = colorOf(panel)
  theme.click()
  await vi.waitFor(() => expect(theme.textContent).toContain('light'))
  const light = colorOf(panel)
  theme.click()
  await vi.waitFor(() => expect(theme.textContent).toContain('dark'))
  const dark = colorOf(panel)
  expect(light).not.toBe(dark)
  expect(system).toBe(matchMedia('(prefers-color-scheme: dark)').matches ? dark : light)
})

test('the panel is as wide as the page and leaves a part of the page visible', async () => {
  const { find } = await show({ initialIsOpen: true })
  const box = (await find('.panel')).getBoundingClientRect()
  expect(box.width).toBe(document.documentElement.clientWidth)
  expect(box.top).toBeGreaterThan(0)
  expect(Math.round(box.bottom)).toBe(innerHeight)
})

test('keys and clicks in the devtools do not reach the application', async () => {
  const onEvent = vi.fn<() => void>()
  const { shadow, find } = await show({}, onEvent)
  ;(await find('.pill button')).click()
  ;(await find('.panel')).focus()
  pressKey(shadow, 'a')
  pressKey(shadow, 'Escape')
  expect(onEvent).not.toHaveBeenCalled()
})

test('the keyboard and the pointer resize the panel, and the height is restored', async () => {
  const first = await show({ initialIsOpen: true })
  const heightOf = (panel: HTMLElement): number => Math.round(panel.getBoundingClientRect().height)
  const panel = await first.find('.panel')
  const edge = await first.find('[role="separator"]')
  const before = heightOf(panel)
  await vi.waitFor(() => expect(edge.getAttribute('aria-valuenow')).toBe(String(before)))
  edge.focus()
  pressKey(first.shadow, 'ArrowDown')
  await vi.waitFor(() => expect(heightOf(panel)).toBe(before - 20))
  await vi.waitFor(() => expect(edge.getAttribute('aria-valuenow')).toBe(String(before - 20)))
  edge.dispatchEvent(pointerAt('pointerdown', innerHeight - before))
  edge.dispatchEvent(pointerAt('pointermove', innerHeight - 260))
  edge.dispatchEvent(pointerAt('pointerup', innerHeight - 260))
  await vi.waitFor(() => expect(heightOf(panel)).toBe(260))
  edge.dispatchEvent(pointerAt('pointermove', 0))
  root!.unmount()
  await vi.waitFor(() => expect(document.querySelector('[data-forage-session-devtools]')).toBeNull())
  const second = await show({ initialIsOpen: true })
  expect(heightOf(await second.find('.panel'))).toBe(260)
})

function pointerAt(type: string, clientY: number): PointerEvent {
  return new PointerEvent(type, { clientY, button: 0, pointerId: 1, bubbles: true })
}

test('no part of the panel is cut off, even in a narrow page', async () => {
  const { session, shadow, find } = await show({ initialIsOpen: true })
  await session.getToken()
  const panel = await find('.panel')
  await find('[role="option"]')
  for (const width of [320, 360, 1440]) {
    panel.style.width = `${width}px`
    const parts = [...shadow.querySelectorAll<HTMLElement>('button, input, h2, h3, dt, dd, .bar')]
    const right = panel.getBoundingClientRect().right
    const outside = parts.filter((part) => part.getBoundingClientRect().right > right)
    expect(outside.map((part) => part.outerHTML)).toEqual([])
    expect(shadow.querySelector('.bar')!.getBoundingClientRect().width).toBeGreaterThan(100)
  }
})
