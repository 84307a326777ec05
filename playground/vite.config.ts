// A static page: every address in it is relative, and a service worker keeps what was built, so that
// the page opens without a network after the first visit.

import { createHash } from "node:crypto";
import { type Plugin, defineConfig } from "vite";

/** Writes the service worker over what was built. */
function offline(): Plugin {
    return {
        name: "offline",
        generateBundle(_, bundle) {
            const files = Object.keys(bundle).filter((name) => !name.endsWith(".map"));
            const version = createHash("sha256")
                .update(files.sort().join("\n"))
                .digest("hex")
                .slice(0, 12);
            const source = `const CACHE = "guiju-${version}";
const FILES = ${JSON.stringify(["./", ...files.filter((name) => name !== "index.html")])};
addEventListener("install", (event) => event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(
    caches.keys().then((names) => Promise.all(
        names.filter((name) => name.startsWith("guiju-") && name !== CACHE).map((name) => caches.delete(name))))
        .then(() => clients.claim())));
addEventListener("fetch", (event) => {
    if (event.request.method !== "GET" || !event.request.url.startsWith(registration.scope)) return;
    event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((kept) => kept ?? fetch(event.request)));
});
`;
            this.emitFile({ type: "asset", fileName: "sw.js", source });
        },
    };
}

export default defineConfig({
    base: "./",
    build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    worker: { format: "es" },
    server: { fs: { allow: [".."] } },
    plugins: [offline()],
});
