"""Words of the app in each language: English first, then 简体中文. API names stay English."""

from __future__ import annotations

from graphtrace.ui.chart_texts import CHART_TEXTS
from graphtrace.viewer.texts import LANGUAGES

TEXTS: dict[str, tuple[str, str]] = {
    "graph_page": ("Graph", "计算图"),
    "tables_page": ("Tables", "表格"),
    "file_page": ("Open a file", "打开文件"),
    "lab_page": ("Lab", "实验室"),
    "go_step": ("Play its training step", "播放它的一步训练"),
    "go_lab": ("Build and train a net", "搭建并训练一个网络"),
    "lab_preset": ("Start from", "起点"),
    "lab_nothing": ("from nothing: one layer", "从零开始：只有一层"),
    "lab_more": ("More", "更多"),
    "lab_until": ("train until the loss is below", "训练到损失低于"),
    "lab_train_until": ("Train, at most {most}", "训练（最多 {most} 次）"),
    "lab_parameter": ("parameter", "参数"),
    "lab_number_of": ("set one number of", "修改其中一个数："),
    "lab_index": ("at index", "位置"),
    "lab_value": ("value", "数值"),
    "lab_set": ("Set", "设置"),
    "lab_own": ("a net of your own", "自己搭建的网络"),
    "lab_training": ("Loss and optimizer", "损失与优化器"),
    "lab_loss": ("Loss", "损失"),
    "lab_optimizer": ("Optimizer", "优化器"),
    "lab_scheduler": ("Scheduler", "学习率调度"),
    "lab_rows": ("rows: inputs, then targets", "每行：输入在前，目标在后"),
    "lab_data": ("Data and seed", "数据与种子"),
    "lab_seed": ("seed of the net", "网络的种子"),
    "lab_data_seed": ("seed of data", "数据的种子"),
    "lab_last_good": ("The last net that runs stays on the stage.", "舞台上仍是最后一个可运行的网络。"),
    "lab_name": ("name", "名称"),
    "lab_frozen": ("frozen", "冻结"),
    "lab_up": ("toward the input", "移向输入"),
    "lab_down": ("toward the loss", "移向损失"),
    "lab_remove": ("Remove", "删除"),
    "lab_add": ("+ add layer", "+ 添加层"),
    "lab_add_inside": ("+ inside", "+ 在其中添加"),
    "lab_branch": ("branch {number}", "分支 {number}"),
    "lab_more_branches": ("+ branch", "+ 分支"),
    "lab_fewer_branches": ("− branch", "− 分支"),
    "lab_running": ("{done} of {total} iterations · loss {loss}", "{total} 次迭代中的第 {done} 次 · 损失 {loss}"),
    "lab_stop": ("Stop", "停止"),
    "lab_swap": ("optimizer from here on", "从此处起的优化器"),
    "lab_swap_now": ("Swap now", "立即更换"),
    "lab_share": ("Share and save", "分享与保存"),
    "lab_link_theme": ("Theme of the link", "链接的主题"),
    "lab_theme_auto": ("the viewer's", "随读者"),
    "lab_theme_light": ("light", "浅色"),
    "lab_theme_dark": ("dark", "深色"),
    "lab_link_hide": ("Hidden in the link", "链接中隐藏"),
    "lab_hide_builder": ("builder", "搭建栏"),
    "lab_hide_actions": ("actions", "操作"),
    "lab_hide_code": ("code and table", "代码与表格"),
    "lab_hide_all": ("all: present", "全部：演示"),
    "lab_show_all": ("Show everything", "全部显示"),
    "lab_save": ("Save", "保存"),
    "lab_save_lab": ("Lab", "实验"),
    "lab_save_weights": ("Lab with weights", "实验与权重"),
    "lab_save_recording": ("Recording", "记录"),
    "lab_save_html": ("HTML", "HTML"),
    "lab_open": ("Open a saved lab", "打开已保存的实验"),
    "lab_loaded": ("The weights come from the file, not from this program's seed.", "权重来自文件，而不是程序的种子。"),
    "lab_act_title": ("Do here", "在此操作"),
    "lab_act_numbers": ("numbers", "数值"),
    "lab_act_grad": ("numbers of .grad", ".grad 的数值"),
    "lab_act_output": ("output", "输出"),
    "lab_next_forward": ("Done: the next Forward runs with it.", "已设置：下一次 Forward 生效。"),
    "lab_too_many": (
        "{count} numbers are too many for a table (at most {most}): set one by its index under More.",
        "共 {count} 个数，表格放不下（最多 {most} 个）：请在“更多”中按位置修改。",
    ),
    "lab_numbers_hint": (
        "Rows are dimension 0. Each number set is an action: it can be undone.",
        "行是第 0 维。每修改一个数都是一次操作，可以撤销。",
    ),
    "lab_numbers_of": ("set the numbers of {of} by hand", "手动修改 {of} 的数值"),
    "lab_iterate": ("Iteration", "一次迭代"),
    "lab_run": ("Run n", "运行 n 次"),
    "lab_undo": ("Undo", "撤销"),
    "lab_redo": ("Redo", "重做"),
    "lab_again": ("Start again", "重新开始"),
    "lab_show": ("Show", "显示"),
    "lab_graph": ("graph", "计算图"),
    "lab_charts": ("charts", "图表"),
    "lab_code": ("code", "代码"),
    "lab_done": ("step {count}", "第 {count} 步"),
    "lab_code_usual": ("the training loop", "训练循环"),
    "lab_code_done": ("exactly what was done here", "这里做过的每一步"),
    "lab_download": ("Download program.py", "下载 program.py"),
    "lab_rebuilt": ("Rebuilt from the link: everything was run again.", "已根据链接重建：所有步骤都重新运行过。"),
    "lab_no_link": ("No link to this point: {why}", "无法为此处生成链接：{why}"),
    "step_page": ("Training step", "训练一步"),
    "steps": ("Steps to record", "记录几步"),
    "recorded": ("{events} events · backward passes: {passes}", "{events} 个事件，{passes} 次反向传播"),
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
    "choose_file": ("Graph or recording (.json, .json.gz)", "计算图或记录文件（.json、.json.gz）"),
    "file_intro": (
        "See a graph of your own program, or play a recording of its training step. "
        "Save it in Python, then choose the file at the left; `.json.gz` is the compact form:",
        "查看你自己程序的计算图，或播放它的一步训练。先在 Python 中保存，再在左侧选择文件；`.json.gz` 是压缩格式：",
    ),
    "file_safe": (
        "The file is data, at most 5 MB: no code of it is run, and it does not leave this machine.",
        "文件只是数据（不超过 5 MB）：不会运行其中的任何代码，也不会离开这台机器。",
    ),
    "hint": ("Click a card for its details", "点击卡片查看详情"),
}
TEXTS |= CHART_TEXTS


def say(name: str, language: str, **values: object) -> str:
    """Return a text in `language` with its `values` filled in."""
    return TEXTS[name][LANGUAGES.index(language)].format(**values)


def size(nbytes: int) -> str:
    """Return a number of bytes for people, e.g. ``12.3 KiB``."""
    value, units = float(nbytes), ["B", "KiB", "MiB", "GiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{nbytes} B" if units[0] == "B" else f"{value:.3g} {units[0]}"
