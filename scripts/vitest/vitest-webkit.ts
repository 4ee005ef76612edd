import { defineBrowserProvider } from '@vitest/browser'
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node'

import { WebKit } from '../toolchain/webkit.ts'

class WebKitProvider implements BrowserProvider {
  readonly name = 'webkitgtk'
  readonly supportsParallelism = false
  readonly initScripts: string[] = []
  #browser: WebKit | undefined

  getCommandsContext(): Record<string, unknown> {
    return {}
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.#browser ??= await WebKit.launch()
    await this.#browser.goto(url)
  }

  async close(): Promise<void> {
    await this.#browser?.[Symbol.asyncDispose]()
    this.#browser = undefined
  }
}

/** Returns a provider that runs Vitest's browser mode in WebKitGTK. */
export const webkitgtk = (): BrowserProviderOption =>
  defineBrowserProvider({ name: 'webkitgtk', providerFactory: () => new WebKitProvider() })
