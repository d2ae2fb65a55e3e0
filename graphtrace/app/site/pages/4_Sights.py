"""Sights: runs of torch worth a look of their own, to predict, play and save."""

from graphtrace.app import screens

screens.sights()
