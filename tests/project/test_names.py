"""A name stands for one thing: no public class name is used twice."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "graphtrace").rglob("*.py"))
LAYERS = {"lab/records/layers.py", "lab/parts/modules.py"}  # a layer as a record, and the module that torch runs for it


def homes(sources):
    """Per public class name, the files that define it."""
    found = defaultdict(set)
    for name, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(name)
    return found


def twice(sources):
    """Class names that several files define, but for a layer and its module."""
    return {name for name, files in homes(sources).items() if len(files) > 1 and files != LAYERS}


def test_no_class_name_is_used_twice():
    sources = {path.relative_to(ROOT / "graphtrace").as_posix(): path.read_text() for path in SOURCES}
    frameworks = {
        name for name in sources if name.startswith("integrations/")
    }  # `lightning.Recorder`, `keras.Recorder`
    assert twice({name: text for name, text in sources.items() if name not in frameworks}) == set()


def test_a_class_name_used_twice_is_found():
    same = "class Frame: ...\nclass _Own: ..."
    assert twice({"a.py": same, "b.py": same}) == {"Frame"}
    assert twice(dict.fromkeys(LAYERS, same)) == set()
