"""Step-by-step analysis in front of an answer; the answer itself is locked."""
