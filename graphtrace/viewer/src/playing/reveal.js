// Scroll a pane to one of its rows, and nothing around it.

/** @param {HTMLElement} pane @param {HTMLElement} row */
export function reveal(pane, row) {
  const top = row.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  if (top < pane.scrollTop || top + row.offsetHeight > pane.scrollTop + pane.clientHeight)
    pane.scrollTop = Math.max(0, top - pane.clientHeight / 2);
}
