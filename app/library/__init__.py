"""Prompts under names: their versions, tags and rows of values, one JSON file a prompt."""
