// Amounts and days as people choose to see them: 元 or 仟元, either calendar. Amounts are texts whose
// digits move; nothing is a float. Not here: what an amount or a day means, which the engine reads.

/** Digits of an amount, with or without separators. */
const AMOUNT = /^\s*([-+]?)((?:\d|,)+)(?:\.(\d*))?\s*$/;

export type Unit = "元" | "仟元";

/** Places between a unit and 元, as files write units. */
const PLACES: Record<string, number> = { 元: 0, 仟元: 3, 千元: 3, 萬元: 4, 億元: 8 };

/** An amount with its point moved; what is no amount stays as it is. */
export function shifted(text: string, places: number): string {
  const [, sign = "", digits, fraction = ""] = AMOUNT.exec(text) ?? [];
  if (digits === undefined || places === 0) return text;
  const all = digits.replaceAll(",", "").padStart(1, "0") + fraction;
  const point = all.length - fraction.length + places;
  const padded = point <= 0 ? "0".repeat(1 - point) + all : all.padEnd(point, "0");
  const at = Math.max(1, point);
  const whole = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const rest = padded.slice(at).replace(/0+$/, "");
  return sign + whole + (rest === "" ? "" : `.${rest}`);
}

/** An amount typed in a unit, in 元. */
export const inYuan = (text: string, unit: Unit): string => shifted(text, unit === "仟元" ? 3 : 0);

/** An amount in 元, in a unit. */
export const fromYuan = (text: string, unit: Unit): string =>
  shifted(text, unit === "仟元" ? -3 : 0);

/** `{ amount, unit }` as files write it, as the amount in 元; anything else as it is. */
export function plainAmount(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("amount" in value)) return value;
  const { amount, unit } = value as { amount: unknown; unit?: string | null };
  const places = PLACES[unit || "元"];
  const digits = String(amount ?? "");
  return places === undefined || !AMOUNT.test(digits) ? value : shifted(digits, places);
}

/** Digits in groups of three, with the unit. */
export function grouped(value: string, unit: string, money: Unit = "元"): string {
  if (unit === "%") return `${shifted(value, 2)} %`;
  const [own, sign] = unit === "元" ? [fromYuan(value, money), money] : [value, unit];
  const [whole = "", fraction] = own.split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${digits}${fraction ? `.${fraction}` : ""}${sign ? ` ${sign}` : ""}`;
}

/** A day as `[year, month, day]` of the common calendar, where a text is one. */
export function dayOf(text: string): [number, number, number] | undefined {
  const bare = text.trim();
  const found =
    /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(bare) ??
    /^(\d{2,4})[./](\d{1,2})[./](\d{1,2})$/.exec(bare) ??
    /^(\d{3}|\d{4})(\d{2})(\d{2})$/.exec(bare);
  if (!found) return undefined;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const common = year < 1000 ? year + 1911 : year;
  const date = new Date(Date.UTC(common, month - 1, day));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? [common, month, day] : undefined;
}

const two = (number: number): string => String(number).padStart(2, "0");

export const isoDay = ([year, month, day]: readonly [number, number, number]): string =>
  `${year}-${two(month)}-${two(day)}`;

/** Whether a year has a Minguo number, which is not read as a year of the common calendar. */
const isMinguo = (year: number): boolean => year > 1911 && year < 1000 + 1911;

/** The day in the Minguo calendar; as ISO where it has none there. */
export const minguoDay = (found: readonly [number, number, number]): string => {
  const [year, month, day] = found;
  return isMinguo(year) ? `${year - 1911}/${two(month)}/${two(day)}` : isoDay(found);
};

/** The same day in the other calendar, where a text is a day that both have. */
export function otherCalendar(text: string): string {
  const day = dayOf(text);
  if (!day || !isMinguo(day[0])) return "";
  return Number(/^\s*\d+(?=\D)|^\s*\d{4}(?=\d{4}\s*$)|^\s*\d{3}/.exec(text)?.[0] ?? 0) < 1000
    ? isoDay(day)
    : minguoDay(day);
}

/** Days from today to a day; negative once it is past. */
export function daysUntil(text: string, today: Date): number | undefined {
  const day = dayOf(text);
  if (!day) return undefined;
  const then = Date.UTC(day[0], day[1] - 1, day[2]);
  const now = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
  return Math.round((then - now) / 86_400_000);
}
