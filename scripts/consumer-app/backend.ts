import { createEmulator } from '@forage-session/emulator'
import { createForageServer } from '@forage-session/server'

console.log(typeof createEmulator, typeof createForageServer)
