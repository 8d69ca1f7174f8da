/** The texts of the page in five languages: the same files as in Python. */

import de from "../../../src/digit_detector/show/texts/de.json";
import en from "../../../src/digit_detector/show/texts/en.json";
import es from "../../../src/digit_detector/show/texts/es.json";
import fr from "../../../src/digit_detector/show/texts/fr.json";
import zh from "../../../src/digit_detector/show/texts/zh.json";
import { type Translate, translator } from "../ui/texts";

const TEXTS = { en, de, es, fr, zh };

export type Language = keyof typeof TEXTS;
export const LANGUAGES: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  zh: "中文",
};

export const translators = Object.fromEntries(
  Object.entries(TEXTS).map(([language, texts]) => [language, translator(texts)]),
) as Record<Language, Translate>;

export function isLanguage(text: string): text is Language {
  return text in TEXTS;
}

/** The first of these locales, such as `de-AT`, whose language the page has, or English. */
export function findLanguage(locales: readonly string[]): Language {
  return locales.map((locale) => locale.split("-")[0].toLowerCase()).find(isLanguage) ?? "en";
}
