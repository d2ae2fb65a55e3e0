"""The query of the page's address, where Streamlit writes it; the Lab's is written by the browser."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st


def write_query(parameters: Mapping[str, str]) -> None:
    """Write the query, so that what is shown can be shared; the same again is not written, for each is sent."""
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)
