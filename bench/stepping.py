"""One step of LeNet shown three ways, a button each: Graphviz, Plotly, and the player. Run by ``bench/player.py``."""

import streamlit as st

import graphtrace as gt
from graphtrace import examples
from graphtrace.app.component import mount, viewer_texts
from graphtrace.viewer import play


@st.cache_resource
def recorded():
    built = examples.build("lenet")
    with gt.record(built.model, optimizer=built.optimizer()) as rec:
        for _ in built.train(1):
            pass
    return rec.recording, play(rec.recording, ["concept"])


recording, sent = recorded()
graph, player = recording.graphs[0], gt.Player(recording)
for name in ("graphviz", "plotly", "player"):
    st.session_state.setdefault(name, 40)
    if st.button(f"step {name}"):
        st.session_state[name] += 1
shown = st.query_params.get("way", "player")
at = st.session_state[shown]
done = {node for node, state in player.seek(at).nodes.items() if state in ("running", "done")}
if shown == "graphviz":
    source = gt.to_dot(graph, fold="concept")
    for node in sorted(done):
        source.node(f"mark{node}", label=f"step {at}", shape="plaintext", color="#d55e00")
    st.graphviz_chart(source)
elif shown == "plotly":
    figure = gt.to_figure(graph, fold="concept")
    figure.update_layout(title=f"step {at}")
    st.plotly_chart(figure)
else:
    mount("bench", {"id": "bench", "play": sent, "patch": {"title": "bench", "texts": viewer_texts("en")}})
