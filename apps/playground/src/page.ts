// The playground as a page of its own, for its development and its stories. The site shows it in docs/playground.md.
import { mountPlayground } from './mount.tsx'

import './page.css'

const element = document.getElementById('playground')
if (element)
  mountPlayground(element, { linkTo: (page) => `../${page.replace(/(?=#)|$/, '.html')}`, theme: 'system' })
