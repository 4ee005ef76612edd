import { expect } from '@playwright/test'

import type { WebKit } from '../../../scripts/webkit.ts'
import type { Customer } from './customer.ts'

const quoted = (text: string): string => JSON.stringify(text)
const button = (name: string): string =>
  `//button[contains(concat(@aria-label, normalize-space()), ${quoted(name)}) and not(@disabled) and not(@aria-disabled="true")]`

const frame = '//*[contains(@class, "secure-box")]/iframe'

/** WebDriver does not wait: everything is tried until it can be done. */
export function webkitCustomer(webkit: WebKit, url: string): Customer {
  const attempt = (act: () => Promise<unknown>): Promise<void> =>
    expect(act).toPass({ timeout: 10_000, intervals: [50] })
  return {
    open: (path = '') => webkit.goto(url + path),
    reload: async () => void (await webkit.command('POST', '/refresh', {})),
    back: async () => void (await webkit.command('POST', '/back', {})),
    press: (name) => attempt(async () => webkit.click(await webkit.find(button(name)))),
    pressTwice: (name) => attempt(async () => webkit.click(await webkit.find(button(name)), { times: 2 })),
    async type(into, digits) {
      await attempt(() => webkit.inFrame(frame, () => webkit.find(`//input[@aria-label=${quoted(into)}]`)))
      // WebKitGTK's driver cannot focus an input in a frame of another origin; a mouse can.
      await webkit.click(await webkit.find(frame))
      for (const digit of digits) await webkit.press(digit)
    },
    fill: (label, text) =>
      attempt(async () => {
        const path = `//input[@id=//label[normalize-space()=${quoted(label)}]/@for]`
        const element = Object.values(await webkit.find(path))[0]
        await webkit.command('POST', `/element/${element}/clear`, {})
        await webkit.command('POST', `/element/${element}/value`, { text })
      }),
    key: (key) => webkit.press(key),
    sees: (text) => attempt(() => webkit.find(`//*[contains(normalize-space(), ${quoted(text)})]`)),
    evaluate: (expression) => webkit.evaluate(`return (${expression})`),
  }
}
