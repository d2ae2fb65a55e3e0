import { expect, test } from "vitest";
import { withPlaces } from "../../../../graphtrace/viewer/src/hosts/address.js";
import { Words } from "../../../../graphtrace/viewer/src/words.js";

test("the place in the story stands in the address, beside what else is there", () => {
  expect(withPlaces("http://host/lab?code=abc&at=3#top", { at: 4, view: "concept" })).toBe(
    "http://host/lab?code=abc&at=4&view=concept#top",
  );
});

test("words are those of the language that the reader asked for, where there is a choice", () => {
  const words = new Words();
  expect(words.say("fit")).toBe("fit");
  words.take({ texts: { fit: "Fit" }, language: "en" });
  expect([words.say("fit"), words.other]).toEqual(["Fit", undefined]);
  words.take({ languages: { en: { fit: "Fit" }, zh: { fit: "适应" } }, language: "en" });
  expect([words.say("fit"), words.other]).toEqual(["Fit", "zh"]);
  words.asked = "zh";
  expect([words.say("fit"), words.language, words.other]).toEqual(["适应", "zh", "en"]);
  words.take({ texts: { fit: "Fit" }, language: "en" });
  expect([words.say("fit"), words.language]).toEqual(["Fit", "en"]);
});
