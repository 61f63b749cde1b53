"""The place where figures of many runs are looked at. `place` is made with the window, all else when it is opened."""
