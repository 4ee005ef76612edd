import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} manifest */
function sourcesOf(manifest) {
  /** @type {{ exports: Record<string, string> }} */
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8'))
  const sources = Object.values(exports).filter((file) => file.endsWith('.ts'))
  return sources.map((file) => join(dirname(manifest), file))
}

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} */
const options = {
  name: 'API',
  plugin: ['typedoc-plugin-markdown', './docstrings.mjs', './api-index.mjs'],
  tsconfig: 'tsconfig.api.json',
  // `tsc -b` checks the types.
  skipErrorChecking: true,
  // Every module that an application can import.
  entryPoints: globSync(join(root, 'packages/*/package.json')).toSorted().flatMap(sourcesOf),
  treatValidationWarningsAsErrors: true,
  readme: 'none',
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,

  // Each module gets a page, with its functions first.
  out: 'api',
  router: 'module',
  entryFileName: 'index',
  excludeScopesInPaths: true,
  navigationJson: 'api/navigation.json',
  navigationModel: { excludeGroups: true },
  groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', 'Type Aliases'],
  hideGroupHeadings: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCustomAnchors: true,
  sanitizeComments: true,

  // The tables repeat nothing that the type or the docstring already says.
  useCodeBlocks: true,
  expandParameters: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: {
    hideModifiers: true,
    hideDefaults: true,
    hideInherited: true,
    hideOverrides: true,
    hideSources: true,
  },
}

export default options
