"""The ledger in the window: where it is kept, a period priced again, and providers' figures beside computed ones."""
