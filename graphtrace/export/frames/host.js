// Python's side of the viewer: one hidden view on one recording, and a frame of it for every question.

let gtView = null;

function gtOpen(text) {
  const { play, patch } = JSON.parse(text);
  gtView = hiddenView({ patch, play });
  return gtView.stage.player.length;
}

// The file of one step: its name without the suffix, and its text.
function gtFrame(cursor, options) {
  gtView.stage.seek(cursor);
  return JSON.stringify({ name: fileName(gtView.stage, ""), svg: frameText(gtView, JSON.parse(options)) });
}
