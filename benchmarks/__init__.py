"""Measurements, each a module that says what it measures."""
