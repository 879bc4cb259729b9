"""What stands in code, read from its syntax tree."""
