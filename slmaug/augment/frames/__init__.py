"""Question frames by language: what is asked, and the many ways to ask it."""
