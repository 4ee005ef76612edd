// Runs the lifecycle of docs/guides/native.md, because no test runs in React Native.
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

import { expect, test } from 'vitest'

import { createForageSession, type PageLifecycle } from '../../src/index.ts'
import { createMerchantBackend, createVirtualClock } from '../../src/testing/index.ts'

type AppStatus = 'active' | 'background' | 'inactive'

/** The part of React Native's `AppState` that the guide uses. */
class AppState {
  currentState: AppStatus = 'active'
  readonly listeners = new Set<(state: AppStatus) => void>()

  addEventListener(_type: 'change', listener: (state: AppStatus) => void): { remove(): void } {
    this.listeners.add(listener)
    return { remove: () => void this.listeners.delete(listener) }
  }

  change(state: AppStatus): void {
    this.currentState = state
    for (const listener of this.listeners) listener(state)
  }
}

async function lifecycleOfTheGuide(appState: AppState): Promise<PageLifecycle> {
  const guide = readFileSync(new URL('../../../../docs/guides/native.md', import.meta.url), 'utf8')
  const [, code = ''] = /^```ts file=src\/lifecycle\.ts.*\n([\s\S]*?)^```$/m.exec(guide) ?? []
  const script = stripTypeScriptTypes(code).replace(/^import.*'react-native'$/m, '')
  const source = `export default (AppState) => { ${script.replace('export const', 'const')} return lifecycle }`
  const url = `data:text/javascript,${encodeURIComponent(source)}`
  const module = (await import(/* @vite-ignore */ url)) as { default: (app: AppState) => PageLifecycle }
  return module.default(appState)
}

test("a customer who returns to the app needs not wait for the end of a failure's back-off", async () => {
  const appState = new AppState()
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const session = createForageSession({
    tokenSource: backend.tokenSource,
    renewWhen: 'always',
    platform: { clock, lifecycle: await lifecycleOfTheGuide(appState), random: () => 0 },
  })
  backend.answer(new Response(null, { status: 503, headers: { 'Retry-After': '60' } }))
  const failed = session.getToken().catch(() => 'failed')
  await clock.advance(50)
  expect([await failed, session.getSnapshot().status]).toEqual(['failed', 'failed'])
  backend.answer(undefined)

  appState.change('inactive')
  appState.change('background')
  await clock.advance(1000)
  expect(backend.requests).toHaveLength(1)
  appState.change('active')
  const token = session.getToken()
  await clock.advance(50)

  expect(await token).toMatch(/^sandbox_/)
  session.close()
  expect(appState.listeners.size).toBe(0)
})

test('an app in the background renews no token', async () => {
  const appState = new AppState()
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const session = createForageSession({
    tokenSource: backend.tokenSource,
    renewWhen: 'always',
    platform: { clock, lifecycle: await lifecycleOfTheGuide(appState), random: () => 0 },
  })
  const first = session.getToken()
  await clock.advance(50)
  await first

  appState.change('background')
  await clock.advance(14 * 60_000)
  expect(backend.requests).toHaveLength(1)
  appState.change('active')
  await clock.advance(1000)

  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
  session.close()
})
