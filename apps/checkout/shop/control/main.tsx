import '../styles.css'
import './control.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { ControlRoom } from './control-room.tsx'
import { openStream } from './open-stream.ts'
import { openRoomChannel } from './state/room-channel.ts'
import { createRoomStore } from './state/room-store.ts'

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
