// Which browsers this machine has, how they are started, and how a missing one is installed.
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export const engines = ['chromium', 'firefox', 'webkit'] as const

export type Engine = (typeof engines)[number]

/** The first of these programs on the PATH. */
function which(...names: string[]): string | undefined {
  for (const name of names) {
    for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
      const file = join(directory, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // Not here.
      }
    }
  }
  return undefined
}

const isRoot = process.getuid?.() === 0
const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome']
const firefoxNames = ['firefox-esr', 'firefox']
const chromium = process.env['CHROMIUM_PATH'] ?? which(...chromiumNames)
const firefox = process.env['FIREFOX_PATH'] ?? which(...firefoxNames)

/** For Vitest's browser mode and for Playwright. */
export const chromiumLaunch: { executablePath?: string; args: string[] } = {
  ...(chromium ? { executablePath: chromium } : {}),
  args: [
    // Chromium refuses its sandbox to root, which is what a CI container runs as.
    ...(isRoot ? ['--no-sandbox'] : []),
    // No calls to the vendor: no test needs one, and CI may have no way out.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
  ],
}

/** A stock Firefox, over WebDriver BiDi. */
export const firefoxLaunch: { channel: string; executablePath?: string } = {
  channel: 'moz-firefox',
  ...(firefox ? { executablePath: firefox } : {}),
}

/** The engines that can be driven on this machine now. */
export function availableEngines(): Set<Engine> {
  const available: Record<Engine, boolean> = {
    chromium: (process.env['CHROMIUM_PATH'] ?? which(...chromiumNames)) !== undefined,
    firefox: (process.env['FIREFOX_PATH'] ?? which(...firefoxNames)) !== undefined,
    webkit: which('WebKitWebDriver') !== undefined && which('xvfb-run') !== undefined,
  }
  return new Set(engines.filter((engine) => available[engine]))
}

const debianPackages: Record<Engine, string[]> = {
  chromium: ['chromium'],
  firefox: ['firefox-esr'],
  webkit: ['webkit2gtk-driver', 'xvfb', 'xauth'],
}

/** Installs what is missing where it may (root on Debian), and says in one sentence what it may not. */
function installBrowsers(): void {
  const present = availableEngines()
  const missing = engines.filter((engine) => !present.has(engine))
  if (missing.length === 0) return
  const packages = missing.flatMap((engine) => debianPackages[engine])
  if (process.platform === 'linux' && isRoot && which('apt-get')) {
    console.log(`Installing ${packages.join(' ')}`)
    const aptGet = (...args: string[]): void =>
      void execFileSync('apt-get', args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    try {
      aptGet('update', '-qq')
      aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages)
      return
    } catch {
      // Told below: the tests of these engines are skipped.
    }
  }
  console.log(
    `Without ${new Intl.ListFormat('en').format(missing)} their tests are skipped: install them (on Debian: apt-get install ${packages.join(' ')}) and run again.`,
  )
}

if (import.meta.main) installBrowsers()
