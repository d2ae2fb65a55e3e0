"""All style sheets of the pages; the only place that depends on Streamlit's internal names (``data-testid``).

A browser test checks that every selector here still finds an element in the running app. Constant text: colours
are the theme's, or those of the viewer.
"""

from __future__ import annotations

from collections.abc import Mapping

# Every page: the picture takes the place of Streamlit's empty header.
PAGE = """<style>
[data-testid="stHeader"] { background: transparent; height: 48px; min-height: 48px; pointer-events: none; }
[data-testid="stHeader"] div { pointer-events: none; }
[data-testid="stHeader"] :is(button, a, [role="button"]) { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding: 0; max-width: none; }
[data-testid="stMainBlockContainer"] [data-testid="stAlert"] { margin: 64px 24px 0; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 0; }
[data-testid="stSidebarContent"] { padding: 0; scrollbar-gutter: stable; scrollbar-width: thin; }
[data-testid="stSidebarHeader"] { position: absolute; right: 4px; top: 0; height: 44px; z-index: 2; }
[data-testid="stSidebarUserContent"] { padding: 8px 4px 8px 14px; }
.st-key-home { margin: 2px 0 0 -7px; }
.st-key-home a { background: none !important; }
.st-key-home p { font-size: 22px; font-weight: 600; }
.st-key-for_teachers p { font-size: 14px; font-weight: 400; text-decoration: underline; }
[data-testid="stSidebarUserContent"] :is([data-testid="stVerticalBlock"], [data-testid="stHorizontalBlock"]) {
  gap: 8px;
}
[data-testid="stSidebarUserContent"] [data-testid="stPageLink-NavLink"] { padding: 2px 7px; }
[data-testid="stSidebarUserContent"] [data-testid="stExpanderDetails"] { padding: 8px 8px 10px; }
[data-testid="stExpanderDetails"] [data-testid="stHorizontalBlock"] { gap: 6px; }
[data-testid="stSidebarUserContent"] [data-testid="stExpander"] summary { padding: 4px 10px; min-height: 34px; }
[data-testid="stSidebarUserContent"] [data-testid="stExpander"] summary p {
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}
[data-testid="stSidebarUserContent"] [data-testid="stSelectbox"] input { text-overflow: ellipsis; }
.st-key-pages { margin: 0 0 4px -7px; }
[data-testid="stSidebarUserContent"] .st-key-pages { gap: 2px 4px; }
.st-key-guide { padding: 28px 32px; }
.st-key-next_steps a { border: 1px solid var(--st-primary-color, #0072b2); border-radius: 8px; margin-bottom: 6px; }
.st-key-next_steps a p { font-weight: 600; }
[data-testid="stSidebarUserContent"] [data-testid="stButtonGroup"] button { padding: 2px 4px; min-height: 32px; }
[data-testid="stSidebarUserContent"] [data-testid="stDownloadButton"] button { min-height: 34px; padding: 2px; }
[data-testid="stSidebarUserContent"] [data-testid="stCaptionContainer"] p { font-size: 14px; line-height: 1.4; }
[data-testid="stSidebarUserContent"] [data-testid="stCaptionContainer"] { margin-bottom: -12px; opacity: 1; }
</style>"""

# Pages of text and tables: margins around the content.
WITH_MARGINS = """<style>
[data-testid="stMainBlockContainer"] { padding: 1rem 4rem 2rem 2rem; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 1rem; }
@media (max-width: 767px) { [data-testid="stMainBlockContainer"] { padding: 3rem 1rem 2rem; } }
</style>"""

# The Lab: builder; progress; charts; notes below the toolbar.
LAB = """<style>
[data-testid="stToastContainer"] { top: 122px !important; right: auto !important; left: 236px !important; }
@media (max-width: 767px) { [data-testid="stToastContainer"] { left: 8px !important; } }
.st-key-lab_progress {
  position: fixed; right: 24px; bottom: 20px; z-index: 1000; width: min(560px, 60vw); padding: 10px 16px;
  background: var(--st-background-color, Canvas); border: 1px solid #8888; border-radius: 10px;
  box-shadow: 0 4px 18px #0003;
}
.st-key-lab_progress [data-testid="stElementContainer"]:has([data-testid="stProgress"]) { flex: 1; }
.st-key-lab_program { padding: 8px 24px; }
@media (min-width: 768px) and (min-height: 521px) { /* in one line below code and table: it moves nothing */
  [data-testid="stLayoutWrapper"]:has(> .st-key-lab_choice) {
    position: fixed; left: 226px; bottom: 5px; z-index: 9; width: auto !important;
  }
  .st-key-lab_choice {
    padding: 4px 10px; background: var(--st-background-color, Canvas); border: 2px solid #e69f00; border-radius: 10px;
  }
  .st-key-lab_choice [data-testid="stButtonGroup"] { display: flex; align-items: center; gap: 10px; }
  .st-key-lab_choice [data-testid="stButtonGroup"] label { margin: 0; min-height: 0; white-space: nowrap; }
}
[data-testid="stSidebar"] [data-testid="stColumn"] [data-testid="stNumberInput"] label p { white-space: nowrap; }
[data-testid="stSidebar"] [data-testid="stColumn"] [data-testid="stCheckbox"] label {
  flex-direction: column-reverse; align-items: flex-start; gap: 8px; padding: 0;
}
[data-testid="stSidebar"] [data-testid="stColumn"] { min-width: 0; }
[data-testid="stSidebar"] [data-testid="stColumn"] [data-testid="stNumberInput"] button { display: none; }
.st-key-lab_charts { padding: 4px 20px 12px; gap: 4px; }
.st-key-lab_charts [data-testid="stVerticalBlock"] { gap: 4px; }
.st-key-lab_charts [data-testid="stHorizontalBlock"] { gap: 24px; }
.st-key-lab_charts_bar { gap: 16px; }
.st-key-lab_charts_bar p { font-size: 15px; }
.st-key-lab_charts [data-testid="stButtonGroup"] button { padding: 2px 12px; min-height: 34px; }
</style>"""

# Learn: the lesson's column, and the list of lessons.
LEARN = """<style>
[data-testid="stMain"]::before { box-shadow: none !important; }
[data-testid="stSidebarUserContent"] .st-key-learn_text p { font-size: 18px; line-height: 1.5; }
@media (max-height: 800px) {
  [data-testid="stSidebarUserContent"] .st-key-learn_text p { font-size: 17px; line-height: 1.42; }
  [data-testid="stSidebarUserContent"] .st-key-learn_question button { min-height: 30px; }
}
.st-key-learn_head h3 { padding: 0 0 4px; font-size: 24px; }
.st-key-learn_top button { min-height: 28px; }
.learn-dots { display: flex; gap: 6px; padding: 8px 0 6px; }
.learn-dots i { flex: 0 1 34px; height: 7px; border-radius: 4px; background: #8884; }
.learn-dots .done { background: #0072b2; }
.learn-dots .now { background: #d55e00; }
.st-key-learn_question { background: color-mix(in srgb, #e69f00 9%, transparent); }
.st-key-learn_question p { font-size: 17px; }
.st-key-learn_question button p { font-size: 16px; }
.st-key-learn_wrong, .st-key-learn_right { padding-left: 10px; border-left: 4px solid #d55e00; }
.st-key-learn_right { border-left-color: #009e73; }
[data-testid="stSidebarUserContent"] .st-key-learn_turn { gap: 10px; }
.st-key-learn_turn [data-has-shortcut] span:last-child { font-size: 12px; }
.st-key-learn_question [data-testid="stVerticalBlock"] { gap: 6px; }
.st-key-learn_question button { min-height: 34px; padding: 2px 12px; }
.st-key-learn_more button { min-height: 30px; padding: 0 10px; }
.st-key-learn_language [data-testid="stWidgetLabel"] { display: none; }
</style>"""

# A lesson whose stage is the Lab: what floats stands right of the lesson's column.
LESSON_LAB = """<style>
@media (min-width: 768px) {
  [data-testid="stToastContainer"] { left: 400px !important; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-lab_choice) { left: 392px; }
}
.st-key-learn_goal { background: color-mix(in srgb, #009e73 8%, transparent); }
.st-key-learn_goal p { font-size: 16px; }
</style>"""

# The list of lessons: its sidebar has links alone, and is as narrow as on other pages.
LESSONS = """<style>
@media (min-width: 768px) {
  [data-testid="stSidebar"][data-collapsed="false"] { width: 220px !important; min-width: 220px !important; }
}
[class*="st-key-learn_card_"] [class*="st-key-learn_start_"] { margin-top: auto; }
[class*="st-key-learn_card_"] [data-testid="stCaptionContainer"] { opacity: 1; color: inherit; }
</style>"""


# The page for teachers: the course as a table that is as wide as the page.
TEACHERS = """<style>
.st-key-teachers_course table { width: 100%; }
.st-key-teachers_course :is(td, th) { padding: 5px 10px; font-size: 15px; }
</style>"""


def beside_titles(texts: Mapping[str, str]) -> str:
    """Return a style sheet that writes texts beside the titles of expanders: a title that changes would close its own.

    Args:
        texts: By the key of the expander; names and numbers only, nothing that a user typed.
    """
    rules = [f'.st-key-{key} summary p::after {{ content: " {text}"; opacity: 0.72; }}' for key, text in texts.items()]
    return "<style>" + "\n".join(rules) + "</style>"


# The first page: its picture, and the doors below.
FRONT = """<style>
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 12px; }
.st-key-front_stage { padding: 12px 16px; }
[class*="st-key-front_door_"] a { padding: 0; }
[class*="st-key-front_door_"] a p { font-size: 18px; }
[class*="st-key-front_door_"] [data-testid="stCaptionContainer"] p { font-size: 15px; }
[class*="st-key-front_door_"] [data-testid="stCaptionContainer"] { opacity: 1; color: inherit; }
.st-key-front_forward button, .st-key-front_backward button, .st-key-front_again button { min-height: 44px; }
</style>"""

# Errors: the gallery, and the column of a scene.
SCENES = """<style>
[data-testid="stMain"] { outline: none !important; box-shadow: none !important; }
.st-key-scene_head h3 { padding: 0 0 6px; font-size: 24px; }
.st-key-scene_head { padding-bottom: 8px; }
.st-key-scene_first button { min-height: 28px; padding: 0; }
.st-key-scene_top button, .st-key-scene_foot button { min-height: 28px; }
[class*="st-key-scene_card_"] { position: relative; padding: 10px 14px; }
[class*="st-key-scene_card_"]:hover { border-color: #0072b2; }
[class*="st-key-scene_card_"] button { min-height: 0; padding: 0; }
[class*="st-key-scene_card_"] button::after { content: ""; position: absolute; inset: 0; }
[class*="st-key-scene_card_"] button p { font-size: 17px; font-weight: 600; text-align: left; }
.scene-said {
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; margin: 4px 0 0;
  font: 14px/1.4 monospace; overflow-wrap: anywhere; opacity: 0.86;
}
.scene-said.failed b { color: light-dark(#a84600, #ff9b57); }
.scene-said.silent b { color: light-dark(#7d5600, #f0bd57); }
[class*="st-key-scene_case_"] button { min-height: 30px; padding: 0 10px; }
[data-testid="stSidebarUserContent"] .st-key-scene_cases { gap: 6px; flex-wrap: wrap; }
[data-testid="stSidebarUserContent"] :is(.st-key-scene_expect, .st-key-scene_wrong, .st-key-scene_right) p {
  font-size: 16px; line-height: 1.45;
}
.st-key-scene_wrong, .st-key-scene_right { padding-left: 10px; border-left: 4px solid #e69f00; }
.st-key-scene_right { border-left-color: #009e73; }
.scene-code, .scene-out {
  padding: 6px 0; font: 14px/20px monospace; border: 1px solid #8885; border-radius: 8px;
  background: var(--st-background-color, Canvas);
}
.scene-code div { display: flex; gap: 6px; padding: 0 6px 0 4px; border-left: 4px solid transparent; }
.scene-code i { flex: none; width: 1em; font-style: normal; font-weight: 700; text-align: center; }
.scene-code b { flex: none; min-width: 1.6ch; font-weight: 400; text-align: right; opacity: 0.6; }
.scene-code code {
  all: unset; white-space: pre-wrap; overflow-wrap: anywhere; padding-left: 2ch; text-indent: -2ch;
}
.scene-code .made { background: #e69f0033; border-left-color: #e69f00; }
.scene-code .raised { border-left-color: #d55e00; }
.scene-code .raised i { color: light-dark(#a84600, #ff9b57); }
.scene-code .gone { background: #d55e0022; border-left-color: #d55e00; }
.scene-code .gone code { text-decoration: line-through; text-decoration-color: #d55e0088; }
.scene-code .come { background: #009e7326; border-left-color: #009e73; }
.scene-out { padding: 6px 12px; max-height: 190px; overflow: auto; background: #8881; overflow-wrap: anywhere; }
.scene-out div { white-space: pre-wrap; }
.scene-out .failed strong { color: light-dark(#a84600, #ff9b57); }
.scene-out .warned strong { color: light-dark(#7d5600, #f0bd57); }
.scene-out .silent { opacity: 0.75; }
.scene-out summary { cursor: pointer; }
.st-key-scene_language [data-testid="stWidgetLabel"] { display: none; }
@media (max-height: 800px) {
  .st-key-scene_head h3 { padding: 0 0 4px; font-size: 21px; }
  .st-key-scene_head { padding-bottom: 7px; }
  .scene-code, .scene-out { padding-top: 4px; padding-bottom: 4px; line-height: 18px; }
  .st-key-scene_run button { min-height: 34px; }
  [data-testid="stSidebarUserContent"] :is(.st-key-scene_wrong, .st-key-scene_right) p { font-size: 15px; }
}
</style>"""

# Your code: the editor's column.
CODE = """<style>
.st-key-code_foot p { font-size: 15px; line-height: 1.4; }
.st-key-code_language [data-testid="stWidgetLabel"] { display: none; }
.st-key-code_carried { padding: 6px 56px 0 16px; }
[data-testid="stMain"] { outline: none !important; box-shadow: none !important; }
</style>"""

# A link may hide the builder.
WITHOUT_SIDEBAR = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none; }
</style>"""
