import { createForageSession, type ForageSession } from '@forage-session/core'
import { createMerchantBackend, createVirtualClock } from '@forage-session/core/testing'
import { expect, test, vi } from 'vitest'

import { mountableSession, type MountableSession } from './mountable-session.ts'

function setUp(prepare: (session: ForageSession) => void = () => {}): {
  owned: MountableSession
  created: () => number
  advance: (ms: number) => Promise<void>
} {
  const clock = createVirtualClock()
  const { tokenSource } = createMerchantBackend(clock)
  let created = 0
  const create = (): ForageSession => {
    created += 1
    return createForageSession({ tokenSource, platform: { clock } })
  }
  const owned = mountableSession(create, prepare)
  return { owned, created: () => created, advance: (ms) => clock.advance(ms) }
}

/** Waits for the task that closes an unmounted session. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

test('an unmount that is followed by a mount keeps the session open', async () => {
  const { owned, created } = setUp()
  owned.mount()()
  const unmount = owned.mount()
  await nextTask()
  expect(owned.session.getSnapshot().status).toBe('idle')
  expect(created()).toBe(1)
  unmount()
})

test('a session that is mounted again after it was closed works again, and calls its subscribers', async () => {
  const { owned, created, advance } = setUp()
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
  expect(created()).toBe(2)
})

test('each mount first prepares the session and then calls its subscribers', () => {
  const heard: string[] = []
  const { owned } = setUp(() => heard.push('prepared'))
  owned.session.subscribe(() => heard.push(`called, mounted: ${owned.isMounted()}`))
  expect(owned.isMounted()).toBe(false)
  const unmount = owned.mount()
  expect(heard).toEqual(['prepared', 'called, mounted: true'])
  unmount()
  expect(owned.isMounted()).toBe(false)
})

test('the functions of a mountable session survive an unmount and a mount, and need no receiver', async () => {
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

test('a mountable session has the checkout of the last switch', () => {
  const { owned } = setUp()
  const heard: (string | undefined)[] = []
  owned.session.subscribe(() => heard.push(owned.session.checkoutId))
  owned.session.setCheckout('cart-2')
  expect(heard).toEqual(['cart-2'])
})

test('a session that the page closed stays closed after another mount', async () => {
  const { owned } = setUp()
  const unmount = owned.mount()
  owned.session.close()
  unmount()
  owned.mount()
  await nextTask()
  expect(owned.session.getSnapshot().status).toBe('closed')
})

test('a subscriber may subscribe again each time it is called', () => {
  const { owned } = setUp()
  let calls = 0
  const subscribe = (): void => {
    const unsubscribe = owned.session.subscribe(() => {
      unsubscribe()
      if ((calls += 1) < 10) subscribe()
    })
  }
  subscribe()
  owned.mount()
  expect(calls).toBe(1)
})
