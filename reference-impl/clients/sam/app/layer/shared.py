"""What several functions share."""

ANSWER = 42
