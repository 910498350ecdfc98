"""What all rooms stand on: the nouns, which are also the JSON; the swap points; what can go wrong; what can be set."""
