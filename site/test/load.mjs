// A module of the site in TypeScript, for tests. Not here: what the browser loads.

import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const site = new URL("../", import.meta.url);

export async function load(name) {
    const { outputFiles } = await build({
        entryPoints: [fileURLToPath(new URL(name, site))],
        bundle: true,
        write: false,
        format: "esm",
        platform: "node",
        // Where documents are found from.
        define: {
            "import.meta.url": JSON.stringify(pathToFileURL(fileURLToPath(new URL(name, site)))),
        },
    });
    const code = Buffer.from(outputFiles[0].contents).toString("base64");
    return import(`data:text/javascript;base64,${code}`);
}
