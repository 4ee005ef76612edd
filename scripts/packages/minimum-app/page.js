// Renders a page on a server with the oldest supported React.
import { createForageSession } from '@forage-session/core'
import { ForageSessionProvider, useSessionStatus } from '@forage-session/react'
import { createElement, version } from 'react'
import { renderToString } from 'react-dom/server'

const session = createForageSession({ tokenSource: '/api/forage/session-token' })
const Status = () => createElement('p', null, useSessionStatus())
console.log(
  `React ${version}`,
  renderToString(createElement(ForageSessionProvider, { session }, createElement(Status))),
)
