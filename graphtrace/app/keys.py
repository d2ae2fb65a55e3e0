"""Session state: every key of the app, with its type and meaning.

A choice lives under its own key and its widget under `widget(key)`: Streamlit drops a widget's key when
another page runs, the choice stays.
"""

PROGRAM = "program"  # str: name of the example
LOOK = "look"  # str: graph, play or table
VIEW = "view"  # str: autograd, concept or module
SAVED = "saved"  # str: "1" when saved tensors are drawn on the cards, else "0"
LANGUAGE = "lang"  # str: en or zh
EXPORT_THEME = "export_theme"  # str: light or dark
EXPORT_SCALE = "export_scale"  # str: "1" to "4", pixels of a PNG per pixel of the layout
UPLOAD = "upload"  # tuple[str, bytes]: name and content of the graph file last opened
RANK = "rank"  # str: which of them is played, or all
RANKS = "ranks"  # files of a folder, one per process of a training
FILE_LOOK = "file_look"  # str: how it is looked at
GO_TO = "go_to"  # str: the page that a choice leads to
WRITTEN = "written"  # dict[str, str]: the choices that the app wrote into the address
VIEWER = "viewer"  # component state: picked (a node's key or None), opened ({"of": source, "paths": [...]})

PLAYER = "player"  # component state of a page that plays: as VIEWER, and cursor (events that have happened)
STEPS = "steps"  # str: "1" to "3", how many training steps to record

SIGHT = "sight"  # str: name of the sight that is shown
SIGHT_WRITTEN = "sight_written"  # str: the one that the address has
SIGHT_PLAYER = "sight_player"  # component of its player
LESSON = "lesson"  # str: id of the lesson that is shown, empty for the list
STEP = "step"  # int: its step, from 1
LESSON_VISIT = "lesson_visit"  # int: how often somebody went to a step; the player then goes there, too
LESSON_PLAYER = "lesson_player"  # component state of a lesson's player
LESSON_TRY = "try"  # bool: the exercise of the lesson is done in the Lab, in place of its last step
LESSON_LAB = "lesson_lab"  # tuple: where a lesson has put the Lab, its session, how many there were, its first picture
LESSON_PRESENT = "present"  # bool: the address of a lesson asks for its picture large, as on a wall
LESSON_PROGRESS = "lesson_progress"  # component of the list of lessons: what this browser keeps; it reports nothing
PACK_LESSONS = "pack_lessons"  # list[str]: ids of the lessons in the pack of a class
PACK_ADDRESS = "pack_address"  # str: address of the app in it
PRESSES = "presses"  # int: how often the first page's actions have been pressed
FRONT_GUESS = "front_guess"  # str: what was guessed there
FRONT_PLAYER = "front_player"  # component state of its picture
SCENE = "scene"  # in the address: slug of the mistake that is shown; none for the gallery
CASE = "case"  # in the address: which of its programs, from 1
RUN = "run"  # in the address: which ran last, wrong or right; none before the first
SCENE_VISIT = "scene_visit"  # int: how often somebody went to a scene or ran it; the player then goes there, too
SCENE_QUERY = "scene_query"  # str: what is searched in the gallery
SCENE_PLAYER = "scene_player"  # component state of a scene's player
SCENE_PAIR = "scene_pair"  # the same of the two side by side
CODE = "code"  # in the address: a program, compressed
RESULT = "result"  # in the address: what it did
CODE_SESSION = "code_session"  # CodeSession: the program of the page for code, and its last runs
CODE_EDITOR = "code_editor"  # component of the editor: run ({"code", "n", "visit"}), code (the program as it is typed)
CODE_PLAYER = "code_player"  # component state of its player
CODE_PAIR = "code_pair"  # the same of two runs side by side
CODE_BOTH = "code_both"  # bool: whether two runs are shown
RUN_NAME = "folder"  # str: name of the long run that is shown
RUN_PLAYED = "run_played"  # tuple[str, int]: the run and the accident whose recorded steps are played
RUN_STEP = "run_step"  # int: the watched step that is shown, by run and number of steps
RUN_KNOWN = "run_known"  # int: how many steps there were when one was chosen
RUN_FOLLOW = "run_follow"  # bool: whether the latest step is shown
RUN_MEASURE = "run_measure"  # str: what colours stand for
ANSWERS = "answers"  # dict: what was answered to the questions of lessons

IN_URL = (PROGRAM, LOOK, VIEW, SAVED, STEPS, LANGUAGE)  # a view can be linked: ?program=lenet&view=concept


def widget(key: str) -> str:
    """Return the key of the widget that sets the choice `key`."""
    return f"_{key}"
