// Which browsers this machine has, how they are started, and how a missing one is installed.
import { installPackages, isRoot, which } from './programs.ts'

export const engines = ['chromium', 'firefox', 'webkit'] as const

export type Engine = (typeof engines)[number]

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
  if (installPackages(...packages)) return
  console.log(
    `Without ${new Intl.ListFormat('en').format(missing)} their tests are skipped: install them (on Debian: apt-get install ${packages.join(' ')}) and run again.`,
  )
}

if (import.meta.main) installBrowsers()
