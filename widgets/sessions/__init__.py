"""The session in the window: its one home, what keeps it in step with the bench, and how it is opened and saved."""
