import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const library = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as Record<string, string>

/** Debian's libwebkit2gtk brings it; it exists to be driven by WebDriver. */
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

/** WebDriver §12.1: an object of one member, whose name says what it is. */
export type Element = Record<string, string>

/** WebDriver §17.4.2 */
const keys: Record<string, string> = { Tab: '\uE004', Enter: '\uE007', Space: ' ' }

/** A WebKitGTK browser under WebKitWebDriver: the engine of Safari, with nothing to download. */
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
    // xvfb-run gives the browser a screen, and takes both away when the driver has ended. The shell between them
    // ends the driver when its input ends: we say so, or this process was killed and cannot say anything.
    const command = `WebKitWebDriver --port=${port} --host=127.0.0.1 & read -r _; kill $!; wait`
    const driver = spawn('xvfb-run', ['-a', '-s', '-screen 0 1600x1200x24', 'sh', '-c', command], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // Ctrl-C is for us: ended in this order, nothing is left behind.
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

  /** One WebDriver command of the session. */
  async command(method: string, path: string, body?: unknown): Promise<unknown> {
    return await this.#send(method, this.#session + path, body)
  }

  async goto(url: string): Promise<void> {
    await this.command('POST', '/url', { url })
  }

  /** Runs an async function's body in the page (or the frame that commands go to), and gives what it returns. */
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

  /** The first element of an XPath, as WebDriver's reference to it. Rejects if there is none yet. */
  async find(xpath: string): Promise<Element> {
    return (await this.command('POST', '/element', { using: 'xpath', value: xpath })) as Element
  }

  /** As a mouse does: in the middle of it, where it has to be visible. */
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

  /** A key where the focus is: a character, or the name of a key that has none. */
  async press(key: string): Promise<void> {
    const value = keys[key] ?? key
    const actions = [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]
    await this.command('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
  }

  /** Commands of `act` go to the document of this frame. */
  async inFrame<T>(xpath: string, act: () => Promise<T>): Promise<T> {
    await this.command('POST', '/frame', { id: await this.find(xpath) })
    try {
      return await act()
    } finally {
      await this.command('POST', '/frame', { id: null })
    }
  }

  /** What is visible, as a PNG. */
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
