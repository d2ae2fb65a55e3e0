"""Words of the app in each language: English first, then 简体中文. API names stay English."""

from __future__ import annotations

from graphtrace.viewer.texts import LANGUAGES

TEXTS: dict[str, tuple[str, str]] = {
    "graph_page": ("Graph", "计算图"),
    "tables_page": ("Tables", "表格"),
    "file_page": ("Open a file", "打开文件"),
    "program": ("Program", "程序"),
    "view": ("View", "视图"),
    "view_concept": ("concept", "概念"),
    "view_autograd": ("autograd", "autograd"),
    "view_module": ("module", "模块"),
    "folded": (
        "{boxes} cards for {nodes} nodes: {folded} folded away",
        "{nodes} 个节点，{boxes} 张卡片：折叠了 {folded} 个",
    ),
    "unfolded": ("{nodes} nodes, none folded away", "{nodes} 个节点，没有折叠"),
    "saved": ("Saved tensors on the cards", "在卡片上显示保存的张量"),
    "held": ("The graph holds {bytes} for backward", "计算图为反向保存了 {bytes}"),
    "export": ("Export", "导出"),
    "theme": ("Export theme", "导出主题"),
    "theme_light": ("light", "浅色"),
    "theme_dark": ("dark", "深色"),
    "scale": ("PNG scale", "PNG 倍数"),
    "language": ("Language", "语言"),
    "loading": ("Loading PyTorch…", "正在加载 PyTorch…"),
    "no_graph": ("This program has no graph to show", "这个程序没有可显示的计算图"),
    "nodes": ("Nodes", "节点"),
    "edges": ("Edges", "边"),
    "params": ("Parameters", "参数"),
    "saved_table": ("Saved tensors", "保存的张量"),
    "figure": ("Plotly figure", "Plotly 图"),
    "choose_file": ("Graph file (.json, .json.gz)", "计算图文件（.json、.json.gz）"),
    "file_intro": (
        "See a graph of your own program. Save it in Python, then choose the file at the left:",
        "查看你自己程序的计算图。先在 Python 中保存，再在左侧选择文件：",
    ),
    "file_safe": (
        "The file is data, at most 5 MB: no code of it is run, and it does not leave this machine.",
        "文件只是数据（不超过 5 MB）：不会运行其中的任何代码，也不会离开这台机器。",
    ),
    "hint": ("Click a card for its details", "点击卡片查看详情"),
}


def say(name: str, language: str, **values: object) -> str:
    """Return a text in `language` with its `values` filled in."""
    return TEXTS[name][LANGUAGES.index(language)].format(**values)


def size(nbytes: int) -> str:
    """Return a number of bytes for people, e.g. ``12.3 KiB``."""
    value, units = float(nbytes), ["B", "KiB", "MiB", "GiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{nbytes} B" if units[0] == "B" else f"{value:.3g} {units[0]}"
