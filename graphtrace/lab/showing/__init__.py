"""What the page shows of a machine: the recording to play, points in time, charts, two branches. Imports all below."""
