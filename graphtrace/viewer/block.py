"""A block: a rectangle of a card that shows numbers or a line of them."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.literals import BlockRole
from graphtrace.viewer.typography import DETAILED, Typography


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of a card, from the card's top left corner.

    Attributes:
        rows: Of printed numbers, with `cols`; 0 for a heatmap and for a block of one line.
        count: Saved tensors of a shelf, or leaves that are not listed.
        node: What it shows, or `name`, a leaf's.
        data: Position of what it shows among the tensors given to the graph.
        numbers: Width and height of the cells or the heatmap, (0, 0) for a block of one line.
        pad: Between its outline and them.
        type: Its sizes.
    """

    role: BlockRole
    x: float = 0.0
    y: float = 0.0
    w: float = 0.0
    h: float = 0.0
    rows: int = 0
    cols: int = 0
    count: int = 0
    node: int = -1
    name: str = ""
    data: int = -1
    numbers: tuple[float, float] = (0.0, 0.0)
    pad: float = 0.0
    type: Typography = DETAILED

    @property
    def label(self) -> float:
        """Height of the label above the numbers."""
        return label_height(self.role, self.name, self.numbers, self.type)

    @property
    def body(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the numbers."""
        return self.x + self.pad, self.y + self.label + self.pad, *self.numbers

    def at(self, x: float, y: float) -> Block:
        """Return it at another place; `dataclasses.replace` takes three times as long, and a press moves hundreds."""
        size = (self.w, self.h, self.rows, self.cols)
        return Block(
            self.role, x, y, *size, self.count, self.node, self.name, self.data, self.numbers, self.pad, self.type
        )


def label_height(role: BlockRole, name: str, numbers: tuple[float, float], type: Typography) -> float:
    """Return the height of the label above some numbers."""
    alone = role == "data" and not name
    return type.label if numbers[0] and not alone else 0.0
