"""Errors on their way from one process to another: the constructors of ours take more than the message."""

from typing import Any

Described = tuple[type[Exception], str, dict[str, Any]]


def described(error: Exception) -> Described:
    """The kind, the message and the fields of an error, which a pipe can carry."""
    return type(error), str(error), vars(error)


def rebuilt(kind: type[Exception], message: str, fields: dict[str, Any]) -> Exception:
    """The error as it was raised there."""
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    vars(error).update(fields)
    return error
