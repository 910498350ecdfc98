"""The tests; a package, so that its doubles have a name that settings can give."""
