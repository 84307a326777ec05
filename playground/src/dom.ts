// Elements by what is in them. Text stays text: nothing is ever parsed as HTML.

type Properties<K extends keyof HTMLElementTagNameMap> = Partial<
    Omit<HTMLElementTagNameMap[K], "style">
>;

export function element<K extends keyof HTMLElementTagNameMap>(
    name: K,
    properties: Properties<K> = {},
    ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
}

/** A button that does something. */
export function button(words: string, press: () => void, className = ""): HTMLButtonElement {
    return element("button", { type: "button", onclick: press, className }, words);
}
