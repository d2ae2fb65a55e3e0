"""Words of the viewer in each language: English first, then 简体中文. API names stay English."""

from __future__ import annotations

LANGUAGES = ("en", "zh")

TEXTS: dict[str, tuple[str, str]] = {
    "search": ("Search a node", "搜索节点"),
    "found": ("{n} found", "找到 {n} 个"),
    "picture": ("Autograd graph", "autograd 计算图"),
    "inspector": ("Details", "详情"),
    "zoom": ("Zoom", "缩放"),
    "zoom_in": ("Zoom in", "放大"),
    "zoom_out": ("Zoom out", "缩小"),
    "fit": ("Fit", "适应"),
    "fit_long": ("Show the whole graph", "显示整个图"),
    "open": ("Open", "展开"),
    "close": ("Close", "收起"),
    "openable": ("press o to open", "按 o 展开"),
    "close_panel": ("Close details", "关闭详情"),
    "legend_op": ("operation", "运算"),
    "legend_leaf": ("leaf", "叶子"),
    "legend_module": ("module", "模块"),
    "legend_stub": ("no gradient needed", "无需梯度"),
    "legend_arrow": ("forward", "前向"),
    "kind_op": ("Operation", "运算"),
    "kind_leaf": ("Leaf tensor", "叶子张量"),
    "kind_module": ("Module", "模块"),
    "kind_cut": ("Not drawn", "未画出"),
    "kind_stub": ("None", "None"),
    "stub": ("No edge", "没有边"),
    "stub_long": (
        "This slot of next_functions is None: the input is a constant, is frozen, or needs no gradient.",
        "next_functions 的这个位置是 None：该输入是常量、被冻结，或不需要梯度。",
    ),
    "twins": ("One leaf, drawn {n} times: once per use.", "同一个叶子画了 {n} 次：每次使用画一次。"),
    "more": ("and {n} more nodes (see Tables)", "另有 {n} 个节点（见“表格”）"),
    "more_edges": ("and {n} more", "另有 {n} 条"),
    "node": ("node", "节点"),
    "key": ("key", "键"),
    "module": ("module", "模块"),
    "parameter": ("name", "名称"),
    "state": ("state", "状态"),
    "output": ("output", "输出"),
    "toward_leaves": ("Edges toward the leaves", "通向叶子的边"),
    "toward_root": ("Edges toward the root", "通向根的边"),
    "none_slot": ("None (no gradient needed)", "None（无需梯度）"),
    "saved": ("Saved for backward", "为反向保存"),
    "tensor": ("tensor", "张量"),
    "shape": ("shape", "形状"),
    "bytes": ("bytes", "字节"),
    "saved_held": ("held", "持有"),
    "saved_freed": ("freed", "已释放"),
    "saved_packed": ("packed", "已打包"),
    "saved_none": ("none", "无"),
    "saved_unreadable": ("unreadable", "不可读"),
    "state_used": ("used: gradients reach it", "已使用：有梯度到达"),
    "state_frozen": ("frozen: requires_grad=False", "已冻结：requires_grad=False"),
    "state_unused": ("unused: no path from the root", "未使用：根没有路径到达"),
}


def texts(language: str) -> dict[str, str]:
    """Return every word of the viewer in `language`, ``en`` or ``zh``."""
    column = LANGUAGES.index(language)
    return {name: words[column] for name, words in TEXTS.items()}
