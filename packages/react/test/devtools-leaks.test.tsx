import { expectNoTokenLeak } from '@forage-session/core/testing'
import { cleanup } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { showDevtools, type ShownDevtools } from './shown-devtools.tsx'

let tokens: string[] = []

beforeEach(() => (tokens = []))
afterEach(() => {
  cleanup()
  localStorage.clear()
})

async function mint(): Promise<{ token: string; expires_in: number }> {
  const claims = btoa(JSON.stringify({ a: tokens.length, secret: 'of the customer' })).replaceAll('=', '')
  tokens.push(`sandbox_${claims}.of-number-${tokens.length}-only.signature-${tokens.length}-${claims}`)
  return { token: tokens.at(-1)!, expires_in: 900 }
}

/** Returns every text and every attribute, including invisible ones. */
function everythingIn(root: ShadowRoot): string {
  const texts = [...root.querySelectorAll('*')].flatMap((element) => [
    ...Array.from(element.attributes, ({ name, value }) => `${name}=${value}`),
    ...(element.shadowRoot ? [everythingIn(element.shadowRoot)] : []),
  ])
  return [root.textContent, root.innerHTML, ...texts].join('\n')
}

/** Checks the page and the clipboard for tokens. */
async function expectClean(devtools: ShownDevtools): Promise<void> {
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  await devtools.press('Copy log')
  expectNoTokenLeak({ tokens, copied: write.mock.lastCall })
  for (const row of devtools.rows()) {
    await devtools.key(row, ' ')
    row.click()
    await devtools.pass(0)
    expectNoTokenLeak({ tokens, devtools: everythingIn(devtools.root()) })
  }
}

test('the devtools contain no token after a renewal, a rejection and a failure', async () => {
  const devtools = await showDevtools({ tokenSource: mint }, { initialIsOpen: true })
  await devtools.do((session) => session.getToken())
  await devtools.do((session) => session.renew())
  await expectClean(devtools)
  await devtools.do((session) => session.getToken({ rejected: tokens.at(-1)! }))
  await expectClean(devtools)
  expect(tokens).toHaveLength(3)
})

test('the devtools contain no token even if the API and the endpoint quote it everywhere', async () => {
  const quoting = (): Promise<Response> =>
    Promise.resolve(
      Response.json(
        { errors: [{ code: tokens.at(-1), message: tokens.at(-1) }], code: tokens.at(-1) },
        { status: 401, statusText: 'of' },
      ),
    )
  const devtools = await showDevtools({ tokenSource: mint, fetch: quoting }, { initialIsOpen: true })
  await devtools.do((session) => session.getToken())
  await devtools.do((session) =>
    session.fetch(`https://api.sandbox.joinforage.app/api/${tokens.at(-1)}/?token=${tokens.at(-1)}`),
  )
  expect(devtools.text()).toContain('401 from the API')
  await expectClean(devtools)
})

test('the devtools contain no token even if the token source throws an error that quotes it', async () => {
  let fails = false
  const tokenSource = async (): Promise<{ token: string; expires_in: number }> => {
    const minted = await mint()
    if (fails) throw new Error(`Could not store ${minted.token}`)
    return minted
  }
  const devtools = await showDevtools({ tokenSource }, { initialIsOpen: true })
  await devtools.do((session) => session.getToken())
  fails = true
  await devtools.do((session) => session.renew().catch(() => {}))
  expect(devtools.text()).toContain('endpoint_unreachable')
  await expectClean(devtools)
})

test('the leak check finds a token that is only in an attribute', async () => {
  const devtools = await showDevtools({ tokenSource: mint }, { initialIsOpen: true })
  await devtools.do((session) => session.getToken())
  devtools.button('Renew').setAttribute('title', tokens[0]!)
  await expect(expectClean(devtools)).rejects.toThrow('leaked into devtools')
})
