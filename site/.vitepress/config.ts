// How VitePress makes the site: its pages are written from the documents first, and what was built
// is checked last. Any web server serves it, below `SITE_BASE` where it is built with one. Not
// here: what a page is (`pages`), and its looks (`theme`).

import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { slug } from "github-slugger";
import { type DefaultTheme, type LocaleSpecificConfig, defineConfig } from "vitepress";
import type { Plugin } from "vite";
import grammar from "../../editors/vscode/syntaxes/guiju.tmLanguage.json" with { type: "json" };
import { buttons } from "../blocks";
import { check } from "../check";
import { anchors, links } from "../links";
import { ROOT, pages, sideBar, write } from "../pages";
import { braces, lines, once } from "../text";
import { tokenize, weight } from "../tokens";

const all = pages();
const folder = fileURLToPath(new URL("../pages", import.meta.url));
rmSync(folder, { recursive: true, force: true });
write(folder, all);

/** Writes the pages anew when a document changes, for `npm run dev`. */
const follow: Plugin = {
    name: "documents",
    configureServer({ watcher }) {
        watcher.add(join(ROOT, "docs"));
        watcher.on("change", (path) => {
            if (path.startsWith(join(ROOT, "docs"))) write(folder, pages());
        });
    },
};

const english: LocaleSpecificConfig<DefaultTheme.Config> & { label: string } = {
    label: "English",
    lang: "en",
    description: "A rules engine for programmes that count members, money and results",
    themeConfig: { sidebar: sideBar(all, "en"), outline: { level: [2, 3] } },
};

const chinese: LocaleSpecificConfig<DefaultTheme.Config> & { label: string } = {
    label: "中文",
    lang: "zh-Hant-TW",
    description: "計算會員、經費與成果，並說明理由的規則引擎",
    themeConfig: {
        sidebar: sideBar(all, "zh-TW"),
        outline: { level: [2, 3], label: "本頁內容" },
        docFooter: { prev: "上一頁", next: "下一頁" },
        darkModeSwitchLabel: "外觀",
        lightModeSwitchTitle: "改為淺色",
        darkModeSwitchTitle: "改為深色",
        sidebarMenuLabel: "目錄",
        returnToTopLabel: "回到頁首",
        langMenuLabel: "切換語言",
        skipToContentLabel: "跳到內容",
        notFound: {
            title: "找不到這一頁",
            quote: "網址可能打錯了，或這一頁已經改名。",
            linkLabel: "回到首頁",
            linkText: "回到首頁",
        },
    },
};

const searchInChinese = {
    translations: {
        button: { buttonText: "搜尋", buttonAriaLabel: "搜尋" },
        modal: {
            displayDetails: "顯示內文",
            resetButtonTitle: "清除",
            backButtonTitle: "關閉",
            noResultsText: "找不到",
            footer: {
                selectText: "前往",
                selectKeyAriaLabel: "Enter",
                navigateText: "移動",
                navigateUpKeyAriaLabel: "上",
                navigateDownKeyAriaLabel: "下",
                closeText: "關閉",
                closeKeyAriaLabel: "Esc",
            },
        },
    },
};

export default defineConfig({
    title: "guiju 規矩",
    base: process.env.SITE_BASE ?? "/",
    srcDir: "pages",
    cleanUrls: false,
    head: [["link", { rel: "icon", href: "data:," }]],
    locales: { root: english, "zh-TW": chinese },
    themeConfig: {
        i18nRouting: true,
        search: {
            provider: "local",
            options: {
                locales: { "zh-TW": searchInChinese },
                miniSearch: {
                    options: { tokenize },
                    searchOptions: { boostDocument: weight },
                },
            },
        },
    },
    markdown: {
        // Documents are plain Markdown: what looks like a tag or an address in them is text.
        html: false,
        // `{0}` at the end of a message is no attribute.
        attrs: { disable: true },
        linkify: false,
        // Those of the default have too little contrast on the grey behind code.
        theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
        languages: [{ ...grammar, name: "guiju" } as never],
        // The anchors that links of the documents are written for.
        anchor: { slugify: slug },
        config(md) {
            once(md);
            links(md, all);
            anchors(md, all);
            buttons(md, all);
            braces(md);
            lines(md);
        },
    },
    vite: {
        plugins: [follow],
        build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 2_000 },
        // Named as VitePress names its own, so that the engine is there once.
        worker: {
            format: "es",
            rollupOptions: { output: { assetFileNames: "assets/[name].[hash].[ext]" } },
        },
        server: { fs: { allow: ["../.."] } },
    },
    buildEnd: ({ outDir, site }) => check(outDir, site.base),
});
