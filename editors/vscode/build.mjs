// The extension in files that both kinds of editors load, and packed as one file to install.

import { copyFile, cp, rm } from "node:fs/promises";
import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";

const here = (path) => new URL(path, import.meta.url).pathname;
await rm(here("dist"), { recursive: true, force: true });
await build({
    absWorkingDir: here("."),
    entryPoints: ["src/extension.ts", "src/worker.ts"],
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "cjs",
    platform: "browser",
    target: "es2022",
    external: ["vscode", "worker_threads"],
});
await copyFile(here("../server/dist/server_bg.wasm"), here("dist/server_bg.wasm"));
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) await cp(here(`../../${name}`), here(name));
await createVSIX({
    cwd: here("."),
    packagePath: here("guiju.vsix"),
    dependencies: false,
    // Both are questions to a person otherwise; the licences have names of their own.
    allowMissingRepository: true,
    skipLicense: true,
});
