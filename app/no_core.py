"""Core files hold everything that a process had in memory, keys among it: ours leave none."""

import sys

PR_SET_DUMPABLE = 4


def leave_no_core() -> None:
    """Of this process and of those that it starts."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def close_memory() -> None:
    """Besides, no other process of this user's may look into this one's memory or environment, where the system can
    forbid that (Linux). A handler of crashes that is piped to gets nothing either."""
    leave_no_core()
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
