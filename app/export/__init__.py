"""A session for other programs and other people: Markdown, HTML, CSV, JSON Lines, and code that sends it again."""
