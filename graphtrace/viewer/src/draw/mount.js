// Puts a tree on the page and keeps it there: each drawing changes only what differs from the one before. A tree that
// is the same object as before is not looked into. Elements with a key keep their node, and so the focus in it.

/** @typedef {import("./tree.js").Tree} Tree */
/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./tree.js").Attributes} Attributes */
/** @typedef {{ tree: Tree, node: ChildNode, children: Drawn[] }} Drawn A tree and the node that stands for it. */

export class Mount {
  /** @param {Element} root Whose children are drawn; nobody else may add to them. */
  constructor(root) {
    this.root = root;
    /** @type {Drawn[]} */
    this.drawn = [];
  }

  /** @param {Tree[]} trees What the root shall hold. */
  draw(trees) {
    this.drawn = patchAll(this.root, this.drawn, trees);
  }
}

/**
 * Make the children of a node those of a drawing.
 *
 * @param {Element} parent
 * @param {Drawn[]} before
 * @param {Tree[]} trees
 * @returns {Drawn[]}
 */
function patchAll(parent, before, trees) {
  if (before.length === trees.length && trees.every((tree, i) => alike(before[i].tree, tree)))
    return trees.map((tree, i) => patch(before[i], tree));
  const known = new Map(before.map((drawn, i) => [nameOf(drawn.tree, i), drawn]));
  const gone = new Set(before);
  const drawn = trees.map((tree, i) => {
    const old = known.get(nameOf(tree, i));
    if (!old || !alike(old.tree, tree) || !gone.delete(old)) return create(parent, tree);
    return patch(old, tree);
  });
  for (const { node } of gone) node.remove();
  order(parent, drawn);
  return drawn;
}

/** Whether one tree may become the other by changing a node. @param {Tree} a @param {Tree} b */
function alike(a, b) {
  if (typeof a === "string" || typeof b === "string") return typeof a === typeof b;
  return a.tag === b.tag && a.key === b.key;
}

/** @param {Tree} tree @param {number} place */
const nameOf = (tree, place) => (typeof tree === "string" || tree.key === undefined ? place : `key ${tree.key}`);

/**
 * Put nodes in order; those that stand in order already are not moved.
 * @param {Element} parent
 * @param {Drawn[]} drawn
 */
function order(parent, drawn) {
  let at = parent.firstChild;
  for (const { node } of drawn)
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
}

/** @param {Element} parent @param {Tree} tree @returns {Drawn} */
function create(parent, tree) {
  const { ownerDocument: page, namespaceURI } = parent;
  if (typeof tree === "string") return { tree, node: page.createTextNode(tree), children: [] };
  const node = page.createElementNS(tree.tag === "svg" ? "http://www.w3.org/2000/svg" : namespaceURI, tree.tag);
  dress(node, {}, tree.attrs);
  const children = tree.children.map((child) => create(node, child));
  node.append(...children.map((child) => child.node));
  return { tree, node, children };
}

/** @param {Drawn} drawn @param {Tree} tree @returns {Drawn} */
function patch(drawn, tree) {
  if (drawn.tree === tree) return drawn;
  if (typeof tree === "string") /** @type {Text} */ (drawn.node).data = tree;
  else {
    const before = /** @type {TreeElement} */ (drawn.tree);
    const node = /** @type {Element} */ (/** @type {unknown} */ (drawn.node));
    dress(node, before.attrs, tree.attrs);
    if (before.children !== tree.children) drawn.children = patchAll(node, drawn.children, tree.children);
  }
  drawn.tree = tree;
  return drawn;
}

/**
 * Set the attributes that differ, remove those that are gone.
 * @param {Element} node
 * @param {Attributes} before
 * @param {Attributes} after
 */
function dress(node, before, after) {
  if (before === after) return;
  for (const [name, value] of Object.entries(after)) {
    if (value === before[name]) continue;
    if (value === null || value === undefined) node.removeAttribute(name);
    else node.setAttribute(name, String(value));
  }
  for (const name of Object.keys(before)) if (!(name in after)) node.removeAttribute(name);
}
