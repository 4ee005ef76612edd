import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitepress'

import { slug } from '../../scripts/docs/markdown.ts'
import { searchOptions } from '../../scripts/docs/search-options.ts'
import { writeAssistantFiles } from './assistant-files.ts'
import { base, noPages, report, root, sitePath } from './pages.ts'
import { repositoryUrl, versionText } from './repository.ts'
import { apiGroup, indexGroups } from './sidebar.ts'
import { siteLinks } from './site-links.ts'

function alias(find: RegExp, file: string): { find: RegExp; replacement: string } {
  return { find, replacement: fileURLToPath(import.meta.resolve(file)) }
}

/** Only `docs/` has Vue installed. Pages in other folders need these aliases to find it. */
const vue = [
  alias(/^vue$/, 'vue/dist/vue.runtime.esm-bundler.js'),
  alias(/^vue\/server-renderer$/, 'vue/server-renderer'),
]

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="#17694a"/><path d="M9 17l5 5 9-11" fill="none" stroke="#fff" stroke-width="4"/></svg>'

/** Returns the layout of a page that is not like the others. It is not in the page, where GitHub would show it. */
function layoutOf(path: string): Record<string, unknown> | undefined {
  // Below each symbol, the API pages repeat the same headings. They are generated, so there is nothing to edit.
  if (path.startsWith('api/'))
    return { outline: 2, editLink: false, pageClass: path === 'api/index.md' ? 'stacked' : '' }
  if (path === 'measurements/behavior.md') return { sidebar: false, aside: false, pageClass: 'wide' }
  if (path === 'troubleshooting.md') return { pageClass: 'stacked symptoms' }
  return undefined
}

export default defineConfig({
  title: 'forage-session',
  description: 'Keeps the short-lived session token of a Forage checkout usable.',
  lang: 'en',
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  base,
  // Pages can be anywhere in the repository.
  srcDir: '..',
  srcExclude: noPages,
  rewrites: (file) => sitePath(file) ?? file,
  vite: {
    // The root's vite.config.ts is for tests.
    configFile: false,
    resolve: { alias: vue },
  },
  markdown: { config: siteLinks, anchor: { slugify: slug } },
  // Guides link to servers on localhost that do not run during the build.
  ignoreDeadLinks: 'localhostLinks',
  transformPageData: ({ relativePath }) => {
    const frontmatter = layoutOf(relativePath)
    return frontmatter && { frontmatter }
  },
  async buildEnd({ outDir, pages }) {
    await copyFile(join(root, report), join(outDir, 'report.html'))
    writeAssistantFiles(outDir, pages, base)
  },
  themeConfig: {
    nav: [
      { text: 'Playground', link: '/playground.md' },
      { text: 'Guides', link: '/guides/take-an-ebt-payment.md', activeMatch: '/guides/' },
      {
        text: 'Reference',
        link: '/documentation.md',
        activeMatch: '/(documentation|defaults|errors|events)',
      },
      { text: 'API', link: '/api/', activeMatch: '/api/' },
      { text: 'Measurements', link: '/measurements.md', activeMatch: '/measurements' },
      {
        text: versionText,
        items: [
          { text: 'Install', link: '/install.md' },
          { text: 'Releases', link: `${repositoryUrl}/releases` },
        ],
      },
    ],
    socialLinks: [{ icon: 'github', link: repositoryUrl }],
    editLink: { pattern: `${repositoryUrl}/edit/main/:path`, text: 'Edit this page' },
    footer: { message: 'MIT license. An independent project, not affiliated with Forage.' },
    sidebar: [...indexGroups(), apiGroup()],
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { miniSearch: { searchOptions } } },
  },
})
