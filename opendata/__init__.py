"""The application: settings, wiring, pipeline, validation, publishing, indicators and the doors."""

__version__ = "0.1.0"
