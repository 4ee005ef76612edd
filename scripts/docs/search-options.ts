/** Options of MiniSearch for the search box of the site. check-site.ts searches with the same ones. */
export const searchOptions = {
  fuzzy: 0.2,
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
  // The reference repeats the words of each page, and a symptom is what most people search for. VitePress sends this
  // function to the browser as text, so it must not use anything outside.
  boostDocument: (id: string): number => {
    if (/\/api\//.test(id)) return 0.3
    return /\/(troubleshooting|install)\./.test(id) ? 2 : 1
  },
}
