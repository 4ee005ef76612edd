// Runs the emulator in a child process.
import { startEmulator } from '@forage-session/emulator/node'

import { settingsOf } from './processes.ts'

export interface EmulatorSettings {
  readonly limiter: boolean
  readonly webhooks: { readonly url: string; readonly secret: string }
}

export interface EmulatorReady {
  readonly url: string
  readonly vaultUrl: string
  readonly credentials: { readonly clientId: string; readonly clientSecret: string }
}

const { limiter, webhooks } = await settingsOf<EmulatorSettings>()
const { emulator, url, vaultUrl } = await startEmulator({
  port: 0,
  webhooks: [webhooks],
  switches: { requestLimit: limiter ? '900/5min' : 'off' },
})
const { clientId, clientSecret } = emulator
process.send?.({ url, vaultUrl, credentials: { clientId, clientSecret } } satisfies EmulatorReady)
