// What the page says, in both languages. Not here: what the server says.

export type Language = "zh-TW" | "en";

const WORDS = {
    title: ["規則工作台", "rules workbench"],
    pack: ["內建規則包", "built-in pack"],
    open: ["開啟檔案…", "open files…"],
    download: ["下載", "download"],
    share: ["分享連結", "share a link"],
    language: ["English", "中文"],
    files: ["檔案", "files"],
    rules: ["規則", "rules"],
    data: ["資料", "data"],
    noData: ["（不用資料）", "(no data)"],
    figures: ["結果", "results"],
    problems: ["問題", "problems"],
    tests: ["測試", "tests"],
    runTests: ["執行全部測試", "run all tests"],
    coverage: ["測試看過哪些規則", "which rules tests have seen"],
    survivors: ["找出沒有測試會發現的改動", "find changes that no test notices"],
    searching: ["逐一改動規則中…", "changing the rules one at a time…"],
    stop: ["停止", "stop"],
    addTest: ["加上會發現它的測試", "add a test that notices it"],
    added: ["測試已加到 {0}", "the test is now in {0}"],
    sound: ["沒有問題", "nothing is wrong"],
    seen: [
        "{1} 條規則中，{0} 條成立與不成立都有測試看過",
        "tests have seen {0} of {1} rules both ways",
    ],
    neverFails: ["沒有測試看過它不成立", "no test sees it fail"],
    neverHolds: ["沒有測試看過它成立", "no test sees it hold"],
    never: ["沒有測試看過它", "no test is about it"],
    noticed: ["{1} 處改動中，測試會發現 {0} 處", "tests notice {0} of {1} changes"],
    would: ["改成 {0}，沒有測試會發現", "no test notices when this reads {0}"],
    dropped: ["拿掉 {0}，沒有測試會發現", "no test notices when {0} is left out"],
    why: ["為什麼？", "why?"],
    nothing: ["沒有資料可評核", "no data to judge"],
    fix: ["改為 {0}", "change to {0}"],
    copied: [
        "連結已複製；內容都在連結裡，沒有傳到任何地方",
        "the link is copied; all of it is in the link, and nothing was sent",
    ],
    copyThis: ["請複製這個連結", "copy this link"],
    tooLarge: [
        "改動有 {0} KB，連結最多 {1} KB；請改用下載",
        "the changes are {0} KB, and a link has at most {1} KB; download them instead",
    ],
    cut: [
        "這個連結不完整，開啟了空白的示範；請對方重新分享，或改傳下載的檔案",
        "this link is cut short, so the sample is shown; ask for it again, or for a downloaded file",
    ],
    newer: [
        "這個連結是另一個版本做的，這一版讀不懂；請對方改傳下載的檔案",
        "another version made this link, and this one cannot read it; ask for a downloaded file",
    ],
    noRules: ["這些檔案裡沒有 .guiju 規則檔", "there are no .guiju files among these"],
    failed: [
        "引擎當掉了，已重新啟動；你的檔案都還在",
        "the engine failed and was started again; your files are as they were",
    ],
    unread: ["讀不到 {0}", "{0} cannot be read"],
    line: ["第 {0} 列", "line {0}"],
} as const;

export type Word = keyof typeof WORDS;

let language: Language = "zh-TW";

/** Sets the language of the page. */
export function speak(wanted: Language): void {
    language = wanted;
    document.documentElement.lang = wanted === "en" ? "en" : "zh-Hant-TW";
}

export function spoken(): Language {
    return language;
}

/** Words, with what stands in their holes. */
export function say(word: Word, ...holes: (string | number)[]): string {
    const words = WORDS[word][language === "en" ? 1 : 0];
    return words.replace(/\{(\d)\}/g, (_, at: string) => String(holes[Number(at)] ?? ""));
}
