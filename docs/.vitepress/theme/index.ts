import type { Theme } from 'vitepress'
// The theme uses system fonts, so that a page loads no font.
import theme from 'vitepress/theme-without-fonts'
import { h } from 'vue'

import { PageFoot } from './page-foot.ts'

import './style.css'

export default {
  extends: theme,
  Layout: () => h(theme.Layout, null, { 'doc-after': () => h(PageFoot) }),
} satisfies Theme
