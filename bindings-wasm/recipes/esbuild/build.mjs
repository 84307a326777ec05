import { build } from "esbuild";

await build({
  entryPoints: ["main.js"],
  bundle: true,
  format: "esm",
  splitting: true,
  outdir: process.argv[2] ?? "build",
  publicPath: "/",
  loader: { ".wasm": "file", ".pack": "file" },
});
