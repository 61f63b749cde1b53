"""Every run of every session in one local store: kept, searched, and deleted for good."""
