import type { DemoUpdate } from '../../src/merchant/api/demo-api.ts'
import type { OpenStream } from './state/room-store.ts'

/** It connects again by itself. */
export const openStream: OpenStream = ({ update, lost }) => {
  const source = new EventSource('/api/demo/events')
  source.onmessage = ({ data }: MessageEvent<string>) => update(JSON.parse(data) as DemoUpdate)
  source.onerror = lost
  return () => source.close()
}
