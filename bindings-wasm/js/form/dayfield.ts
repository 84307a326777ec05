// Days and periods as controls: typed in either calendar, or picked. Not here: other fields
// (fields.ts), what a day is (amounts.ts).

import { dayOf, isoDay, minguoDay, otherCalendar } from "./amounts.js";
import type { Context } from "./context.js";
import { h, say } from "./dom.js";
import type { Change, Control } from "./fields.js";
import { shownValue, type Value } from "./report.js";

/**
 * A day as it is typed, the same in the other calendar beside it, and a calendar to pick it
 * from.
 */
function dayInput(
  form: Context,
  id: string,
  value: string,
  name: string,
  props: Record<string, string>,
  change: (text: string) => void,
): { input: HTMLInputElement; elements: HTMLElement[] } {
  const input = h("input", {
    id,
    type: "text",
    inputmode: "numeric",
    autocomplete: "off",
    part: "input",
    ...props,
  });
  input.value = value;
  const other = h("small", { class: "other" });
  const show = (): void => say(other, otherCalendar(input.value));
  const picker = h("input", { type: "date", class: "picker", tabindex: -1, "aria-hidden": "true" });
  const words = `${form.session.words.t("pickDay")}：${name}`;
  const pick = h("button", {
    type: "button",
    class: "pick",
    id: `${id}-pick`,
    "aria-label": words,
  });
  pick.addEventListener("click", () => {
    const day = dayOf(input.value);
    picker.value = day ? isoDay(day) : "";
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    const day = dayOf(picker.value);
    if (!day) return;
    // In the calendar of what was there; in that of the language where nothing was.
    const before = input.value.trim() === "" ? "" : otherCalendar(input.value);
    const minguo = before === "" ? form.session.words.locale === "zh-TW" : before.includes("-");
    input.value = minguo ? minguoDay(day) : isoDay(day);
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  input.addEventListener("input", () => {
    show();
    change(input.value);
  });
  show();
  return { input, elements: [input, h("span", { class: "picking" }, pick, picker), other] };
}

export function day(
  form: Context,
  id: string,
  value: string,
  name: string,
  change: Change,
): Control {
  const { input, elements } = dayInput(form, id, value, name, {}, change);
  return { control: h("span", { class: "day" }, ...elements), targets: [input] };
}

export function period(form: Context, id: string, value: Value, change: Change): Control {
  const { t } = form.session.words;
  const whole = value && typeof value === "object" && !Array.isArray(value);
  const ends = (whole ? { ...value } : { start: shownValue(value) }) as Record<string, string>;
  const end = (end: "start" | "end") =>
    dayInput(
      form,
      `${id}-${end}`,
      shownValue(ends[end]),
      t(end),
      { "aria-label": t(end), placeholder: t(end) },
      (text) => {
        ends[end] = text;
        const { start, end: last } = ends;
        change(start || last ? { start: start || undefined, end: last || undefined } : null);
      },
    );
  const [start, last] = [end("start"), end("end")];
  const control = h(
    "div",
    { class: "ends", id },
    h("span", { class: "day" }, ...start.elements),
    h("span", { class: "day" }, ...last.elements),
  );
  return { control, targets: [start.input, last.input], grouped: true };
}
