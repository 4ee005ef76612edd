import type { ForageFactory } from '@forage-session/react'

declare global {
  interface Window {
    Forage?: ForageFactory
  }
}

/** Loads the SDK's script once. Rejects if loading fails; the next call then tries again. */
export function loadForageSdk(sdkUrl: string): Promise<ForageFactory> {
  if (window.Forage) return Promise.resolve(window.Forage)
  const script = document.createElement('script')
  script.src = sdkUrl
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      script.remove()
      reject(new Error('The script of the Forage SDK could not be loaded.'))
    }
    script.addEventListener('error', fail)
    script.addEventListener('load', () => (window.Forage ? resolve(window.Forage) : fail()))
    document.head.append(script)
  })
}
