import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const library = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as Record<string, string>

/** The browser that WebDriver controls. Debian's libwebkit2gtk contains it. */
const miniBrowser = ['4.1', '4.0', '6.0']
  .map((version) => `/usr/lib/${library[process.arch] ?? ''}/webkit2gtk-${version}/MiniBrowser`)
  .find((file) => existsSync(file))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** WebDriver's reference to an element, an object with one member (WebDriver §12.1). */
export type Element = Record<string, string>

/** The code points of special keys (WebDriver §17.4.2). */
const keys: Record<string, string> = {
  ArrowLeft: '\uE012',
  Backspace: '\uE003',
  Control: '\uE009',
  Enter: '\uE007',
  Space: ' ',
  Tab: '\uE004',
}

/** A WebKitGTK browser, controlled by WebKitWebDriver. It has Safari's engine and needs no download. */
export class WebKit implements AsyncDisposable {
  readonly #driver: ChildProcess
  readonly #base: string
  #session = ''

  private constructor(driver: ChildProcess, base: string) {
    this.#driver = driver
    this.#base = base
  }

  static async launch(): Promise<WebKit> {
    const port = await freePort()
    // xvfb-run gives the browser a screen and removes it after the driver has ended. The shell in between ends the
    // driver when its input closes, which also happens if this process is killed.
    const command = `WebKitWebDriver --port=${port} --host=127.0.0.1 & read -r _; kill $!; wait`
    const driver = spawn('xvfb-run', ['-a', '-s', '-screen 0 1600x1200x24', 'sh', '-c', command], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // Only this process receives Ctrl-C, so that it can end all processes in the right order.
      detached: true,
    })
    const webkit = new WebKit(driver, `http://127.0.0.1:${port}`)
    for (let attempt = 0; ; attempt += 1) {
      try {
        await webkit.#send('GET', '/status')
        break
      } catch (error) {
        if (attempt === 100) throw error
        await delay(100)
      }
    }
    const alwaysMatch = {
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] },
    }
    const { sessionId } = (await webkit.#send('POST', '/session', { capabilities: { alwaysMatch } })) as {
      sessionId: string
    }
    webkit.#session = `/session/${sessionId}`
    return webkit
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const { value } = (await response.json()) as { value: unknown }
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`)
    return value
  }

  /** Sends one WebDriver command of the session. */
  async command(method: string, path: string, body?: unknown): Promise<unknown> {
    return await this.#send(method, this.#session + path, body)
  }

  async goto(url: string): Promise<void> {
    await this.command('POST', '/url', { url })
  }

  /** Runs the body of an async function in the page (or in the current frame) and returns its result. */
  async evaluate(body: string): Promise<unknown> {
    const script = `const done = arguments[0]
      ;(async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }))`
    const result = (await this.command('POST', '/execute/async', { script, args: [] })) as {
      value?: unknown
      error?: string
    }
    if (result.error !== undefined) throw new Error(result.error)
    return result.value
  }

  /** Returns the first element of an XPath. Rejects if the page has no such element yet. */
  async find(xpath: string): Promise<Element> {
    return (await this.command('POST', '/element', { using: 'xpath', value: xpath })) as Element
  }

  /** Clicks the center of an element with the mouse. The center must be visible. */
  async click(element: Element, { times = 1 } = {}): Promise<void> {
    await this.command('POST', '/execute/sync', {
      script: 'arguments[0].scrollIntoView({ block: "center" })',
      args: [element],
    })
    const click = [
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    const actions = [
      { type: 'pointerMove', origin: element, x: 0, y: 0 },
      ...Array.from({ length: times }, () => click).flat(),
    ]
    await this.command('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] })
  }

  /** Presses a key in the focused element: a character, the name of a special key, or both as in `Control+v`. */
  async press(key: string): Promise<void> {
    const values = key.split(/(?<=.)\+/).map((name) => keys[name] ?? name)
    const actions = [
      ...values.map((value) => ({ type: 'keyDown', value })),
      ...values.toReversed().map((value) => ({ type: 'keyUp', value })),
    ]
    await this.command('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
  }

  /** Clicks a point of the visible part of the page with the mouse. */
  async clickAt(x: number, y: number): Promise<void> {
    const actions = [
      { type: 'pointerMove', origin: 'viewport', x: Math.round(x), y: Math.round(y) },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    await this.command('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] })
  }

  /** Runs `act` with the document of this frame as the target of its commands. */
  async inFrame<T>(xpath: string, act: () => Promise<T>): Promise<T> {
    await this.command('POST', '/frame', { id: await this.find(xpath) })
    try {
      return await act()
    } finally {
      await this.command('POST', '/frame', { id: null })
    }
  }

  /** Returns a PNG of the visible part of the page. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from((await this.command('GET', '/screenshot')) as string, 'base64')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#driver.pid === undefined || this.#driver.exitCode !== null) return
    await this.command('DELETE', '').catch(() => {})
    const gone = once(this.#driver, 'exit')
    this.#driver.stdin?.end()
    await gone
  }
}
