"""Lessons: real programs, questions to predict, and what torch then did."""

from graphtrace.app import screens

screens.learn()
