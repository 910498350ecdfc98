"""What answers now: the current library, the pool of answers, the builds in the background."""
