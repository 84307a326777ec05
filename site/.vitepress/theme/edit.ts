// A block of rules, opened where it stands: the editor and the engine of the playground, with the
// pack that the block is from behind it. One at a time is open, and nothing leaves the page. Not
// here: the editor itself, and what a block rests on (`contexts`).

import "../../../playground/src/editor.css";
import { button, element } from "../../../playground/src/dom";
import { FileView, offset } from "../../../playground/src/editor";
import { Engine, type Problem } from "../../../playground/src/engine";
import { partOf } from "../../../playground/src/part";
import { say, speak } from "../../../playground/src/words";
import { type Block, open } from "../../contexts";
import { data as contexts } from "../../contexts.data";

const WORDS = {
    loading: ["正在載入引擎…", "loading the engine…"],
    close: ["關閉", "Close"],
    again: ["還原", "As it was"],
    failed: ["引擎當掉了；規則回到原來的樣子", "the engine failed; the rules are as they were"],
    unloaded: ["載入不了引擎", "the engine cannot be loaded"],
    elsewhere: ["這個改動讓別處的規則出錯：", "this change breaks rules elsewhere:"],
} as const;

let opened: { stop: () => void } | undefined;

/** Closes the block that is open. */
export function close(): void {
    opened?.stop();
    opened = undefined;
}

/** Opens a block below its button. */
export async function edit(block: HTMLElement, pressed: HTMLButtonElement): Promise<void> {
    close();
    const chinese = document.documentElement.lang.startsWith("zh");
    const word = (name: keyof typeof WORDS) => WORDS[name][chinese ? 0 : 1];
    speak(chinese ? "zh-TW" : "en");
    const given = JSON.parse(block.dataset["block"] ?? "{}") as Block;
    const context = open(given, contexts);
    if (!context) return;
    const { project, path, part, errorsOnly, following } = context;

    const said = element("p", { className: "said", role: "status" }, word("loading"));
    const passed = element("p", { className: "said", role: "status" });
    const wrong = element("ul", { className: "wrong" });
    const rules = element("div", { className: "opened" });
    const again = button(word("again"), () => void edit(block, pressed));
    const shut = button(word("close"), () => {
        close();
        pressed.focus();
    });
    const bar = element("p", { className: "bar" }, again, shut);
    const frame = element("div", { className: "editing" }, rules, said, wrong, passed, bar);
    block.append(frame);
    block.classList.add("open");

    let engine: Engine | undefined;
    let view: FileView | undefined;
    let stopped = false;
    opened = {
        stop() {
            stopped = true;
            view?.close();
            engine?.stop();
            frame.remove();
            block.classList.remove("open");
        },
    };

    const found = new Map<string, Problem[]>();
    const tell = () => {
        const [shown, outside]: [Problem[], Problem[]] = [[], []];
        for (const [file, problems] of found)
            for (const one of problems) (file === path && isShown(one) ? shown : outside).push(one);
        const messages = shown.map((one) => one.message);
        if (outside.length && !shown.length)
            messages.push(`${word("elsewhere")} ${outside[0]?.message ?? ""}`);
        wrong.replaceChildren(...messages.map((words) => element("li", {}, words)));
        said.textContent = messages.length ? "" : say("sound");
        said.className = "said sound";
        void view?.wrong(shown);
    };
    const isShown = ({ range }: Problem) => {
        if (!view) return true;
        const { state } = view.view;
        const [from, to] = partOf(state);
        return offset(state.doc, range.end) >= from && offset(state.doc, range.start) <= to;
    };
    const begun = Engine.start(project, {
        problems(file, problems) {
            // A pack that others in the documents amend is not what is edited.
            if (!project.files.has(file)) return;
            found.set(file, errorsOnly ? problems.filter((one) => one.severity === 1) : problems);
            tell();
        },
        figures: () => void view?.refresh(),
        failed: () =>
            void edit(block, pressed).then(() => {
                const words = block.querySelector(".said");
                if (words) words.textContent = word("failed");
            }),
    });
    const started = await begun.catch(() => undefined);
    if (stopped) return started?.stop();
    if (!started) {
        said.textContent = word("unloaded");
        return;
    }
    engine = started;
    engine.data(project.files.has("data.json") ? "data.json" : "");
    let before = following?.(given.text)[1];
    const changed = () => {
        passed.textContent = "";
        const text = view && following?.(view.view.state.doc.toString());
        if (!text || text[1] === before) return;
        before = text[1];
        engine?.store(...text);
        engine?.stored();
    };
    const ran = (words: string) => {
        passed.textContent = words;
    };
    view = new FileView(rules, path, project.files.get(path) ?? "", engine, changed, ran, part);
    view.view.focus();
}
