import { createForageSession, type ForageSession } from '@forage-session/core'
import { createMerchantBackend, createVirtualClock } from '@forage-session/core/testing'
import { expect, test, vi } from 'vitest'

import { mountableSession, type MountableSession } from './mountable-session.ts'

function setUp(prepare: (session: ForageSession) => void = () => {}): {
  owned: MountableSession
  made: () => number
  advance: (ms: number) => Promise<void>
} {
  const clock = createVirtualClock()
  const { tokenSource } = createMerchantBackend(clock)
  let made = 0
  const create = (): ForageSession => {
    made += 1
    return createForageSession({ tokenSource, clock })
  }
  const owned = mountableSession(create, prepare)
  return { owned, made: () => made, advance: (ms) => clock.advance(ms) }
}

/** The task in which an unmounted session is closed. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

test('an unmount that is followed by a mount keeps the session', async () => {
  const { owned, made } = setUp()
  owned.mount()()
  const unmount = owned.mount()
  await nextTask()
  expect(owned.session.getSnapshot().status).toBe('idle')
  expect(made()).toBe(1)
  unmount()
})

test('mounted again after it was closed, it works again, and its subscribers hear of it', async () => {
  const { owned, made, advance } = setUp()
  const listener = vi.fn<() => void>()
  owned.session.subscribe(listener)
  owned.mount()()
  await nextTask()
  expect(owned.session.getSnapshot().status).toBe('closed')

  owned.mount()
  listener.mockClear()
  const token = owned.session.getToken()
  await advance(100)
  expect(await token).toBe('sandbox_token-1')
  expect(listener).toHaveBeenCalled()
  expect(made()).toBe(2)
})

test('each mount is told to the subscribers, when it is prepared', () => {
  const heard: string[] = []
  const { owned } = setUp(() => heard.push('prepared'))
  owned.session.subscribe(() => heard.push(`told ${owned.isMounted()}`))
  expect(owned.isMounted()).toBe(false)
  const unmount = owned.mount()
  expect(heard).toEqual(['prepared', 'told true'])
  unmount()
  expect(owned.isMounted()).toBe(false)
})

test('its functions are the same over an unmount and a mount, and need no receiver', async () => {
  const { owned, advance } = setUp()
  const { getToken, fetch } = owned.session
  owned.mount()()
  await nextTask()
  await expect(getToken()).rejects.toMatchObject({ code: 'closed' })
  owned.mount()
  expect(owned.session).toMatchObject({ getToken, fetch })
  const token = getToken()
  await advance(100)
  expect(await token).toBe('sandbox_token-1')
})

test('it is in the checkout that it was switched to last', () => {
  const { owned } = setUp()
  const heard: (string | undefined)[] = []
  owned.session.subscribe(() => heard.push(owned.session.checkoutId))
  owned.session.setCheckout('cart-2')
  expect(heard).toEqual(['cart-2'])
})

test('a session that the page closed itself stays closed', async () => {
  const { owned } = setUp()
  const unmount = owned.mount()
  owned.session.close()
  unmount()
  owned.mount()
  await nextTask()
  expect(owned.session.getSnapshot().status).toBe('closed')
})
