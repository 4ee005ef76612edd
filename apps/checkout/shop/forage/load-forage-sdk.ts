import type { ForageConfig, ForageFactory, ForageSdk } from '@forage-session/react'

/** The option of the SDK for its inputs (docs.joinforage.app/reference/initialize-forage-js). */
interface Appearance {
  variables: Readonly<Record<string, string>>
}

declare global {
  interface Window {
    Forage?: (config: ForageConfig & { appearance: Appearance }) => ForageSdk
  }
}

/** The colors of the page's own fields (`styles/colors.css`). The color scheme of the frame chooses. */
const appearance: Appearance = {
  variables: {
    colorBackground: 'light-dark(#ffffff, #121613)',
    colorText: 'light-dark(#1a221d, #ebefea)',
    fontFamily: 'system-ui, sans-serif',
  },
}

/** Loads the SDK's script once. Rejects if loading fails; the next call then tries again. */
export function loadForageSdk(sdkUrl: string): Promise<ForageFactory> {
  const loaded = dressedFactory()
  if (loaded) return Promise.resolve(loaded)
  const script = document.createElement('script')
  script.src = sdkUrl
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      script.remove()
      reject(new Error('The script of the Forage SDK could not be loaded.'))
    }
    script.addEventListener('error', fail)
    script.addEventListener('load', () => {
      const factory = dressedFactory()
      if (factory) resolve(factory)
      else fail()
    })
    document.head.append(script)
  })
}

/** Returns the SDK's factory with the shop's colors, or undefined if the script is not loaded. */
function dressedFactory(): ForageFactory | undefined {
  const { Forage: create } = window
  return create && ((config) => create({ ...config, appearance }))
}
