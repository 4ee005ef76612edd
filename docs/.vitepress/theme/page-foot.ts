import { useData, withBase, type DefaultTheme } from 'vitepress'
import { defineComponent, h } from 'vue'

/** Shows what the default theme shows only on pages without a sidebar, and the page as Markdown. */
export const PageFoot = defineComponent(() => {
  const { page, theme } = useData<DefaultTheme.Config>()
  const repository = theme.value.socialLinks?.[0]?.link
  return () =>
    h('aside', { class: 'page-foot', 'aria-label': 'About this page' }, [
      // The router ignores links with a target.
      h('a', { href: withBase(`/${page.value.relativePath}`), target: '_self' }, 'This page as Markdown'),
      h('a', { href: `${repository}/issues` }, 'Report a problem'),
      h('span', theme.value.footer?.message),
    ])
})
