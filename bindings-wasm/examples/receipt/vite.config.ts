// The page as plain files that any web server can serve, from any folder, under a strict content security policy.

import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  build: { outDir: "build", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0 },
  server: { fs: { allow: ["../../.."] } },
});
