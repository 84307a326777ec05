// Elements in one line. Not here: any state.

type Listener = (event: Event) => void;
type Props = Record<string, string | number | boolean | null | undefined | Listener>;
type Child = Node | string | null | undefined | false;

/**
 * An element: `on…` are listeners, the rest attributes; false, null and undefined leave one out.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter(isThere));
  return element;
}

const isThere = (child: Child): child is Node | string =>
  child !== null && child !== undefined && child !== false;

/** Puts others in the place of all children; who has the focus among them keeps it at its place. */
export function refill(element: Element, ...children: Child[]): void {
  const stops = (): HTMLElement[] => [
    ...element.querySelectorAll<HTMLElement>("button, a, input, select, textarea"),
  ];
  const focused = (element.getRootNode() as Document | ShadowRoot).activeElement;
  const at = focused ? stops().indexOf(focused as HTMLElement) : -1;
  element.replaceChildren(...children.filter(isThere));
  if (at >= 0) stops()[Math.min(at, stops().length - 1)]?.focus({ preventScroll: true });
}

/** Sets a text only where it changed: most of a keystroke changes nothing. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute only where it changed; null takes it away. */
export function mark(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
