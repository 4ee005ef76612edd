/**
 * The rooms of each source folder, from top to bottom, with the rooms that each of them may import. Files at the top
 * of a source folder may import every room, and no room may import them.
 */
export const rooms: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'packages/core/src': {
    testing: ['tabs', 'state', 'token', 'shared'],
    fetch: ['state', 'token', 'shared'],
    requests: ['tabs', 'state', 'token', 'shared'],
    tabs: ['shared'],
    state: ['token', 'shared'],
    token: ['shared'],
    shared: [],
  },
  'packages/react/src': {
    devtools: ['provider', 'shared'],
    sdk: ['provider', 'shared'],
    query: ['waiting', 'hooks', 'provider', 'shared'],
    waiting: ['hooks', 'provider', 'shared'],
    hooks: ['provider', 'shared'],
    provider: ['shared'],
    shared: [],
  },
}
