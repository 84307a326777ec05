// The policy that docs/browser.md names. Not here: the site that sends it (site.mjs).

export const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
