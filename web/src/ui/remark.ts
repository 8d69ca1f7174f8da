/** What people should know beside the digits: doubts, and objects that are no digits. */

import { type FoundObject, isDigit, type NamedScore, percent } from "./objects";
import type { Translate } from "./texts";

/** A class that scores less is not mentioned as an alternative. */
const MIN_MENTIONED = 0.02;

/** What the detector left out. */
export interface LeftOutScores {
  /** The best class of an object that may be missed, since it scores a little less than the threshold. */
  missed: NamedScore | null;
  /** Where nothing is found: the classes of what comes nearest, best first. */
  nearest: readonly NamedScore[];
}

export function remark(
  objects: readonly FoundObject[],
  { missed, nearest }: LeftOutScores,
  translate: Translate,
): string {
  if (objects.length === 0) {
    const mentioned = nearest.slice(0, 2).filter(({ score }) => score >= MIN_MENTIONED);
    const labels = mentioned.map(({ name, score }) => `${name} (${percent(score)})`).join(" / ");
    return labels ? translate("common.nearest", { labels }) : translate("common.nothing");
  }
  const sentences = objects.filter(({ doubtful }) => doubtful).map(({ top }) => doubt(top, translate));
  if (missed) sentences.push(translate("common.maybeAlso", { label: missed.name, score: percent(missed.score) }));
  const others = objects.map(({ label }) => label).filter((label) => !isDigit(label));
  if (others.length > 0) {
    const counts = [...new Set(others)].map((label) =>
      translate(`common.count.${label}`, { count: others.filter((other) => other === label).length }),
    );
    const key = others.length < objects.length ? "common.alsoFound" : "common.found";
    sentences.push(translate(key, { objects: counts.join(", ") }));
  }
  return sentences.join(" ");
}

function doubt([best, second]: readonly NamedScore[], translate: Translate): string {
  const [label, score] = [best.name, percent(best.score)];
  if (second.score < MIN_MENTIONED) return translate("common.doubt", { label, score });
  return translate("common.doubtBetween", { label, score, other: second.name, otherScore: percent(second.score) });
}
