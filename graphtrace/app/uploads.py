"""The field that takes a visitor's file, where the owner of the server allows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app import server_settings
from graphtrace.app.texts import say
from graphtrace.literals import Language

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def upload(label: str, endings: Sequence[str], key: str, lang: Language) -> UploadedFile | None:
    """Draw the field and return the file that was chosen; where files are not taken, a sentence says so."""
    if not server_settings.uploads_are_on():
        st.caption(say("uploads_off", lang))
        return None
    return st.file_uploader(label, type=list(endings), key=key)


def upload_folder(label: str, endings: Sequence[str], key: str, lang: Language) -> list[UploadedFile]:
    """Draw the field for a whole folder, and return the files of it; where files are not taken there is none."""
    if not server_settings.uploads_are_on():
        return []
    return list(st.file_uploader(label, type=list(endings), key=key, accept_multiple_files="directory"))
