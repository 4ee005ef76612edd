// Finds the browsers of this machine, says how to start them, and installs missing ones.
import { installPackages, isRoot, which } from './programs.ts'

export const engines = ['chromium', 'firefox', 'webkit'] as const

export type Engine = (typeof engines)[number]

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome']
const firefoxNames = ['firefox-esr', 'firefox']
const chromium = process.env['CHROMIUM_PATH'] ?? which(...chromiumNames)
const firefox = process.env['FIREFOX_PATH'] ?? which(...firefoxNames)

/** Launch options of Chromium for Vitest's browser mode and for Playwright. */
export const chromiumLaunch: { executablePath?: string; args: string[] } = {
  ...(chromium ? { executablePath: chromium } : {}),
  args: [
    // Chromium's sandbox does not work for root, and CI containers run as root.
    ...(isRoot ? ['--no-sandbox'] : []),
    // These flags stop calls to the vendor. No test needs them, and CI may have no internet access.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
  ],
}

/** Launch options of an unmodified Firefox, driven over WebDriver BiDi. */
export const firefoxLaunch: { channel: string; executablePath?: string } = {
  channel: 'moz-firefox',
  ...(firefox ? { executablePath: firefox } : {}),
}

/** Returns the engines that this machine can drive now. */
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

/** Installs missing browsers if it may (root on Debian). Otherwise prints one sentence that says what to install. */
function installBrowsers(): void {
  const present = availableEngines()
  const missing = engines.filter((engine) => !present.has(engine))
  if (missing.length === 0) return
  const packages = missing.flatMap((engine) => debianPackages[engine])
  if (installPackages(...packages)) return
  console.log(
    `Tests in ${new Intl.ListFormat('en').format(missing)} are skipped, because these browsers are not installed. Install them (on Debian: apt-get install ${packages.join(' ')}) and run the command again.`,
  )
}

if (import.meta.main) installBrowsers()
