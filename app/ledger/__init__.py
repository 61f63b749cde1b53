"""The append-only record of every attempt ever made, over all sessions. No text of a prompt or an answer is in it."""
