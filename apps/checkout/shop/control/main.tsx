import '../styles.css'
import './control.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import type { DemoUpdate } from '../../src/merchant/api/demo-api.ts'
import { ControlRoom } from './control-room.tsx'
import { openRoomChannel } from './state/room-channel.ts'
import { createRoomStore, type OpenStream } from './state/room-store.ts'

/** The browser reconnects automatically. */
const openStream: OpenStream = ({ update, lost }) => {
  const source = new EventSource('/api/demo/events')
  source.onmessage = ({ data }: MessageEvent<string>) => update(JSON.parse(data) as DemoUpdate)
  source.onerror = lost
  return () => source.close()
}

const store = createRoomStore({
  openStream,
  openChannel: openRoomChannel,
  setInterval: (run, ms) => {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
})

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <ControlRoom store={store} />
  </StrictMode>,
)
