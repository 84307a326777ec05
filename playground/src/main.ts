// The page: a pack, its files at the left, the rules in the middle, and at the right what there is to
// say of them. Nothing leaves the page; what is open is gone with it unless it was downloaded.
//
// Not here: the editor (`editor`), the server (`engine`), what stands at the right (`panes`).

import "./style.css";
import "./editor.css";
import { button, element } from "./dom";
import { FileView } from "./editor";
import { Engine, type Place, type Problem, address, apart } from "./engine";
import { LONGEST, Unreadable, read, written } from "./link";
import * as panes from "./panes";
import { type Project, archive, builtIn, dataOf, opened, packs } from "./project";
import { type Word, say, speak, spoken } from "./words";

let project: Project;
let engine: Engine | undefined;
let view: FileView | undefined;
let data = "";
let found = new Map<string, Problem[]>();
let searching: AbortController | undefined;
let saved = true;

const side = element("nav");
const middle = element("section", { className: "rules" });
const said = element("p", { className: "said", role: "status" });
const tab = { problems: element("div"), figures: element("div"), tests: element("div") };
const why = element("pre", { className: "why-text", hidden: true });
const testing = element("div");

/** Says something until something else is said. */
function tell(words: string): void {
    said.textContent = words;
}

/** Shows a pack from the beginning. */
async function show(next: Project): Promise<void> {
    engine?.stop();
    view?.close();
    searching?.abort();
    project = next;
    found = new Map();
    saved = true;
    view = undefined;
    testing.replaceChildren();
    why.hidden = true;
    data = dataOf(project)[0] ?? "";
    page();
    await begin();
    const first = [...project.files.keys()].find((path) =>
        /^\d*_?members\.guiju$|^(?!tests\/).*\.guiju$/.test(path),
    );
    const members = [...project.files.keys()].find((path) => /^\d*_?members\.guiju$/.test(path));
    open(members ?? first ?? "");
}

async function begin(): Promise<void> {
    engine = await Engine.start(project, {
        problems(path, problems) {
            if (problems.length) found.set(path, problems);
            else found.delete(path);
            if (view?.path === path) void view.wrong(problems);
            problemsPane();
        },
        figures() {
            void view?.refresh();
            void figuresPane();
        },
        failed() {
            tell(say("failed"));
            const path = view?.path ?? "";
            view?.close();
            view = undefined;
            engine?.stop();
            void begin().then(() => open(path));
        },
    });
    engine.data(data);
}

function open(path: string, at?: Place): void {
    const text = project.files.get(path);
    if (text === undefined || !engine) return;
    if (view?.path !== path) {
        view?.close();
        middle.replaceChildren();
        view = new FileView(
            middle,
            path,
            text,
            engine,
            (text) => changed(path, text),
            (words) => {
                tell(words);
                showTab("problems");
            },
        );
        const problems = found.get(path);
        if (problems) void view.wrong(problems);
        filesPane();
    }
    if (at) view.go(at);
}

function changed(path: string, text: string): void {
    project.files.set(path, text);
    saved = false;
    // Once it is closed again, this is what is stored.
    engine?.store(path, text);
    if (!path.endsWith(".guiju")) engine?.stored();
}

function problemsPane(): void {
    const count = [...found.values()].flat().filter((problem) => problem.severity < 3).length;
    const label = document.querySelector("[data-tab=problems]");
    if (label) label.textContent = count ? `${say("problems")} ${count}` : say("problems");
    tab.problems.replaceChildren(...panes.problems(found, open));
}

async function figuresPane(): Promise<void> {
    const asked = engine;
    if (!asked) return;
    const first = [...project.files.keys()].find((path) => path.endsWith(".guiju")) ?? "";
    const textDocument = { uri: address(first) };
    try {
        const judged = await asked.ask<panes.Judged | null>("guiju/results", { textDocument });
        const explain = async (root: number, kpi: string) => {
            const reason = await asked.ask<{ text: string }>("guiju/explain", {
                textDocument,
                root,
                kpi,
            });
            why.textContent = reason.text;
            why.hidden = false;
            why.scrollIntoView({ block: "nearest" });
        };
        const shown = panes.results(judged, (root, kpi) => void explain(root, kpi));
        tab.figures.replaceChildren(chooser(), why, ...shown);
    } catch (error) {
        tab.figures.replaceChildren(
            chooser(),
            element("p", { className: "error" }, (error as Error).message),
        );
    }
}

/** Chooses the data that is judged. */
function chooser(): HTMLElement {
    const choices = ["", ...dataOf(project)].map((path) =>
        element("option", { value: path, selected: path === data }, path || say("noData")),
    );
    const select = element(
        "select",
        {
            onchange: () => {
                data = select.value;
                engine?.data(data);
            },
        },
        ...choices,
    );
    return element("label", { className: "chooser" }, `${say("data")} `, select);
}

async function cover(): Promise<void> {
    const textDocument = { uri: address(view?.path ?? "") };
    try {
        const coverage = await engine?.ask<panes.Coverage>("guiju/coverage", { textDocument });
        if (coverage) testing.replaceChildren(...panes.coverage(coverage, open));
    } catch (error) {
        tell((error as Error).message);
    }
}

async function runTests(): Promise<void> {
    const uri = address(view?.path ?? "");
    try {
        const asked = { command: "guiju.runTests", arguments: [uri] };
        const ran = await engine?.ask<{ message: string }>("workspace/executeCommand", asked);
        tell(ran?.message ?? "");
    } catch (error) {
        tell((error as Error).message);
    }
}

async function survive(): Promise<void> {
    searching?.abort();
    const search = new AbortController();
    searching = search;
    const words = element(
        "p",
        { className: "busy" },
        `${say("searching")} `,
        button(say("stop"), () => search.abort()),
    );
    testing.replaceChildren(words);
    try {
        const textDocument = { uri: address(view?.path ?? "") };
        const mutants = await apart<panes.Mutants>(
            project,
            "guiju/mutants",
            { textDocument },
            search.signal,
        );
        testing.replaceChildren(...panes.mutants(mutants, open, add));
    } catch (error) {
        testing.replaceChildren();
        if (!search.signal.aborted) tell((error as Error).message);
    }
}

/** Adds a proposed test to the pack. */
function add(test: string, pressed: HTMLButtonElement): void {
    const path = "tests/proposed.guiju";
    const before = project.files.get(path);
    const text = before ? `${before.trimEnd()}\n\n${test.trimEnd()}\n` : `${test.trimEnd()}\n`;
    if (view?.path === path) {
        const { state } = view.view;
        view.view.dispatch({ changes: { from: 0, to: state.doc.length, insert: text } });
    } else {
        changed(path, text);
        engine?.stored();
    }
    pressed.disabled = true;
    tell(say("added", path));
    filesPane();
}

function filesPane(): void {
    const list = [...project.files.keys()]
        .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
        .map((path) => {
            const item = button(path, () => open(path), path === view?.path ? "current" : "");
            if (path === view?.path) item.ariaCurrent = "page";
            return element("li", {}, item);
        });
    side.replaceChildren(element("h2", {}, project.name), element("ul", {}, ...list));
    side.ariaLabel = say("files");
}

/** Rules first, then tests, then the rest. */
function rank(path: string): number {
    return path.startsWith("tests/") ? 1 : path.endsWith(".guiju") ? 0 : 2;
}

function showTab(name: keyof typeof tab): void {
    for (const [one, pane] of Object.entries(tab)) {
        pane.hidden = one !== name;
        document
            .querySelector(`[data-tab=${one}]`)
            ?.setAttribute("aria-selected", String(one === name));
    }
}

function download(): void {
    const url = URL.createObjectURL(new Blob([archive(project)], { type: "application/zip" }));
    element("a", { href: url, download: `${project.name}.zip` }).click();
    URL.revokeObjectURL(url);
    saved = true;
}

async function share(): Promise<void> {
    const hash = written(project);
    const link = location.href.split("#")[0] + hash;
    if (link.length > LONGEST) {
        tell(say("tooLarge", Math.ceil(link.length / 1024), LONGEST / 1024));
        return;
    }
    history.replaceState(null, "", hash);
    try {
        await navigator.clipboard.writeText(link);
        tell(say("copied"));
    } catch {
        tell(`${say("copyThis")}: ${link}`);
    }
}

async function choose(files: FileList | null): Promise<void> {
    try {
        const chosen = await opened(files ?? []);
        if (!chosen) return tell(say("noRules"));
        history.replaceState(null, "", "#");
        tell("");
        await show(chosen);
    } catch {
        tell(say("unread", files?.[0]?.name ?? ""));
    }
}

/** Puts the frame of the page together, in the language that is spoken. */
function page(): void {
    const options = packs().map((name) =>
        element("option", { value: name, selected: name === project.base?.name }, name),
    );
    const pick = element(
        "select",
        {
            onchange: () =>
                void builtIn(pick.value).then((next) => {
                    history.replaceState(null, "", "#");
                    return show(next);
                }),
        },
        ...(project.base ? [] : [element("option", { selected: true }, project.name)]),
        ...options,
    );
    const input = element("input", {
        type: "file",
        multiple: true,
        hidden: true,
        onchange: () => void choose(input.files),
    });
    input.accept = ".zip,.guiju,.allow,.json,.jsonl,.ndjson,.csv,.md,.toml";
    const language = button(say("language"), () => {
        speak(spoken() === "en" ? "zh-TW" : "en");
        localStorage.setItem("guiju-language", spoken());
        void show(project);
    });
    language.lang = spoken() === "en" ? "zh-Hant-TW" : "en";
    const header = element(
        "header",
        {},
        element("h1", {}, `guiju 規矩 `, element("small", {}, say("title"))),
        element("label", {}, `${say("pack")} `, pick),
        button(say("open"), () => input.click()),
        input,
        button(say("download"), download),
        button(say("share"), () => void share()),
        language,
    );
    const names: (keyof typeof tab & Word)[] = ["problems", "figures", "tests"];
    const tabs = names.map((name) => {
        const one = button(say(name), () => showTab(name));
        one.role = "tab";
        one.dataset["tab"] = name;
        return one;
    });
    const bar = element("div", { className: "tabs", role: "tablist" }, ...tabs);
    for (const name of names) {
        tab[name].role = "tabpanel";
        tab[name].tabIndex = 0;
        tab[name].ariaLabel = say(name);
    }
    tab.figures.replaceChildren(chooser());
    tab.tests.replaceChildren(
        element(
            "p",
            { className: "does" },
            button(say("runTests"), () => void runTests()),
            button(say("coverage"), () => void cover()),
            button(say("survivors"), () => void survive()),
        ),
        testing,
    );
    const right = element("aside", { ariaLabel: say("figures") }, bar, said, ...Object.values(tab));
    middle.ariaLabel = say("rules");
    middle.replaceChildren();
    document.body.replaceChildren(header, element("main", {}, side, middle, right));
    document.title = `${project.name} · guiju 規矩`;
    showTab("figures");
    filesPane();
    problemsPane();
}

async function start(): Promise<void> {
    const language = localStorage.getItem("guiju-language") ?? navigator.language;
    speak(language.startsWith("zh") ? "zh-TW" : "en");
    let trouble: Word | undefined;
    let first: Project | undefined;
    try {
        first = await read(location.hash);
    } catch (error) {
        trouble = error instanceof Unreadable ? error.reason : "cut";
    }
    await show(first ?? (await builtIn(packs()[0] ?? "")));
    if (trouble) tell(say(trouble));
    if ("serviceWorker" in navigator) {
        await navigator.serviceWorker
            .register(new URL("sw.js", location.href))
            .catch(() => undefined);
    }
}

addEventListener("beforeunload", (event) => {
    if (!saved) event.preventDefault();
});
addEventListener("hashchange", () => void start());
void start();
