import { transformAsync } from '@babel/core'
import type { Plugin } from 'vite'

/** Compiles `*.compiled.tsx` with the React Compiler, as an application would. A bailout is an error. */
export function reactCompiler(): Plugin {
  return {
    name: 'react-compiler',
    enforce: 'pre',
    async transform(code, id) {
      if (!id.endsWith('.compiled.tsx')) return null
      const result = await transformAsync(code, {
        filename: id,
        configFile: false,
        parserOpts: { plugins: ['typescript', 'jsx'] },
        plugins: [['babel-plugin-react-compiler', { panicThreshold: 'all_errors' }]],
      })
      if (!result?.code?.includes('react/compiler-runtime')) throw new Error(`${id} was not compiled.`)
      return { code: result.code, map: null }
    },
  }
}
