// The stylesheet as attributes. A picture that leaves the page takes its looks along; read from the same rules
// in the browser and in Python, so that both write the same file.

const CSS_KEPT = new Set([
  "display",
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-weight",
  "font-size",
  "text-anchor",
]);
const CSS_PART =
  /([.#]?[\w-]+|\*)|\[([\w-]+)(?:="([^"]*)")?\]|:(is|not|where)\(([^()]*(?:\([^()]*\)[^()]*)*)\)|(::?[\w-]+(?:\([^)]*\))?)/y;

// Split at a separator that no bracket encloses.
export function splitOutside(text, separator) {
  const found = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "(" || char === "[") depth += 1;
    if (char === ")" || char === "]") depth -= 1;
    if (!depth && separator.test(char)) found.push("");
    else found[found.length - 1] += char;
  }
  return found.map((part) => part.trim()).filter(Boolean);
}

// One compound such as `.card:is(.op, .module)`: tests of a node, and what they weigh.
function cssCompound(text) {
  const tests = [];
  let weight = 0;
  for (let at = 0; at < text.length;) {
    CSS_PART.lastIndex = at; // shared with the selectors inside of this one
    const found = CSS_PART.exec(text);
    if (!found) return { weight: 0, matches: () => false }; // siblings and their like: of the panels, not of the picture
    at = CSS_PART.lastIndex;
    const [, name, attribute, value, relation, inner, pseudo] = found;
    if (relation) {
      const any = splitOutside(inner, /,/).map(cssSelector);
      tests.push(
        relation === "not"
          ? (node) => !any.some((one) => one.matches(node))
          : (node) => any.some((one) => one.matches(node)),
      );
      if (relation !== "where") weight += Math.max(...any.map((one) => one.weight));
    } else if (attribute) {
      tests.push((node) => (value === undefined ? node.attr(attribute) !== null : node.attr(attribute) === value));
      weight += 1000;
    } else if (pseudo)
      tests.push(() => false); // of a pointer, of the keyboard, of generated content: never in a file
    else if (name === "*") continue;
    else if (name[0] === ".") {
      tests.push((node) => node.has(name.slice(1)));
      weight += 1000;
    } else {
      tests.push((node) => node.tag === name);
      weight += 1;
    }
  }
  return { weight, matches: (node) => tests.every((test) => test(node)) };
}

// A selector over nodes that know `tag`, `has(class)`, `attr(name)` and `up`.
export function cssSelector(text) {
  const chain = splitOutside(text.replace(/\s*>\s*/g, " "), /\s/).map(cssCompound);
  const last = chain.pop();
  const above = (node, at) => {
    for (let i = at, far = node.up; i >= 0; i -= 1, far = far.up) {
      while (far && !chain[i].matches(far)) far = far.up;
      if (!far) return false;
    }
    return true;
  };
  return {
    weight: chain.reduce((sum, one) => sum + one.weight, last.weight),
    matches: (node) => last.matches(node) && above(node, chain.length - 1),
  };
}

// Every rule outside of @media and its like, weakest first.
export function cssRules(css) {
  const plain = css.replace(/\/\*[^]*?\*\//g, "");
  const found = [];
  for (let at = 0; at < plain.length;) {
    const open = plain.indexOf("{", at);
    if (open < 0) break;
    let close = open + 1;
    for (let depth = 1; depth && close < plain.length; close += 1) depth += { "{": 1, "}": -1 }[plain[close]] ?? 0;
    const head = plain.slice(at, open).trim();
    if (head[0] !== "@") found.push(...oneRule(head, plain.slice(open + 1, close - 1)));
    at = close;
  }
  return found.map((one, order) => ({ ...one, order })).sort((a, b) => a.weight - b.weight || a.order - b.order);
}

function oneRule(head, body) {
  const set = splitOutside(body, /;/)
    .map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()])
    .filter(([name]) => name.startsWith("--") || CSS_KEPT.has(name));
  return set.length ? splitOutside(head, /,/).map((text) => ({ set, ...cssSelector(text) })) : [];
}

// What holds on one element, `up` what holds around it.
export class Place {
  constructor(up, tag, classes, attributes = {}) {
    this.up = up;
    this.tag = tag;
    this.classes = new Set(classes.split(/\s+/).filter(Boolean));
    this.attributes = attributes;
    this.key = `${up?.key ?? ""}>${tag}.${classes}`;
  }

  has(name) {
    return this.classes.has(name);
  }

  attr(name) {
    return this.attributes[name] ?? null;
  }
}

export class Looks {
  // Of a root with these classes, in a theme with these colours.
  constructor(css, palette, theme, classes = "gt-root") {
    this.rules = cssRules(css);
    this.root = new Place(null, "div", classes, { "data-theme": theme });
    this.known = new Map();
    this.variables = Object.fromEntries(this.declared(this.root).filter(([name]) => name.startsWith("--")));
    for (const [name, value] of Object.entries(palette))
      this.variables[`--gt-${name.replaceAll("_", "-")}`] = String(value);
  }

  declared(place) {
    return this.rules.filter((one) => one.matches(place)).flatMap((one) => one.set);
  }

  // Attributes of one element that the stylesheet says.
  of(place) {
    let found = this.known.get(place.key);
    if (!found)
      this.known.set(
        place.key,
        (found = Object.fromEntries(
          this.declared(place)
            .filter(([name]) => CSS_KEPT.has(name))
            .map(([name, value]) => [name, this.value(value)]),
        )),
      );
    return found;
  }

  value(text, depth = 8) {
    const found = /var\((--[\w-]+)\s*(?:,\s*([^()]*(?:\([^()]*\))?[^()]*))?\)/.exec(text);
    if (!found || !depth)
      return text
        .trim()
        .replace(/^([\d.]+)px$/, "$1")
        .replace("transparent", "none");
    return this.value(
      text.replace(found[0], () => this.variables[found[1]] ?? found[2] ?? "none"),
      depth - 1,
    );
  }
}
