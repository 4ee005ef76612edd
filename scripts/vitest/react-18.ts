import { fileURLToPath } from 'node:url'

import type { Plugin } from 'vite'

const folder = fileURLToPath(new URL('../../packages/react/test/react-18/package.json', import.meta.url))
const bringsReact = /^(react|react-dom|@testing-library\/react|@tanstack\/react-query)(\/|$)/

/** Resolves React and its companions from `packages/react/test/react-18`. */
export function react18(): Plugin {
  return {
    name: 'react-18',
    enforce: 'pre',
    async resolveId(source, _importer, options) {
      if (!bringsReact.test(source)) return null
      return await this.resolve(source, folder, { ...options, skipSelf: true })
    },
  }
}
