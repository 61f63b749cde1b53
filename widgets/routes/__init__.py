"""Routes in the window: those that are known, and the editor in which they are built."""
