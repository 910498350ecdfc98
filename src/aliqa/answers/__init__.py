"""From a question to a cited answer: completed, searched, read, decided, composed, checked."""
