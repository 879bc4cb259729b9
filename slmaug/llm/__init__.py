"""Language models behind one protocol: an OpenAI-compatible client that pays for nothing twice."""
