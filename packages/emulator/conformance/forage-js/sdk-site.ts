import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SdkSite extends AsyncDisposable {
  readonly url: string
}

/** Serves a merchant's page with a form, the SDK's script, and a few helpers for facts. */
export async function serveSdkSite(sdkUrl: string): Promise<SdkSite> {
  const page = sitePage(sdkUrl)
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function sitePage(sdkUrl: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Shop</title>
<style>body { margin: 16px; max-width: 480px; font: 16px/1.4 system-ui, sans-serif }</style>
<form id="form">
  <p><label for="place" id="label">Card</label> <input id="before" aria-label="Before"></p>
  <div id="place"></div>
  <p><button id="pay">Pay</button></p>
</form>
<script>${helpers}</script>
<script src="${sdkUrl}"></script>
`
}

/** \`seen\` has the element's events, \`submits\` counts the form's. \`until\` waits for a condition. */
const helpers = `
  window.seen = []
  window.submits = 0
  document.getElementById('form').addEventListener('submit', (event) => {
    event.preventDefault()
    window.submits += 1
  })
  window.until = async (isTrue, ms = 10_000) => {
    const end = Date.now() + ms
    while (!isTrue()) {
      if (Date.now() > end) return false
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return true
  }
`
