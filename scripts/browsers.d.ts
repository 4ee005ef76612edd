export declare const engines: readonly ['chromium', 'firefox', 'webkit']
export type Engine = (typeof engines)[number]
/** For Vitest's browser mode and for Playwright. */
export declare const chromiumLaunch: {
  executablePath?: string
  args: string[]
}
/** A stock Firefox, over WebDriver BiDi. */
export declare const firefoxLaunch: {
  channel: string
  executablePath?: string
}
/** The engines that can be driven on this machine now. */
export declare function availableEngines(): Set<Engine>
//# sourceMappingURL=browsers.d.ts.map
