"""What the practice models were taught: articles as question and answer, in Markdown, written for this project."""
