/** Texts by key. `{name}` is a placeholder; a text that depends on `count` has the keys `KEY.one` and `KEY.other`. */

export type Texts = Readonly<Record<string, string>>;
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** The same rules as `show/texts.py`. Throws for an unknown key. */
export function translator(texts: Texts): Translate {
  return (key, values = {}) => {
    const text = texts["count" in values ? `${key}.${values.count === 1 ? "one" : "other"}` : key];
    if (text === undefined) throw new Error(`there is no text ${key}`);
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
  };
}
