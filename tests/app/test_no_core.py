"""What crashes leaves no memory behind."""

import ctypes
import os
import subprocess
import sys

import pytest

PR_GET_DUMPABLE = 3
CRASH = """
import os, sys
from app.no_core import close_memory
if sys.argv[1] == "closed":
    close_memory()
import ctypes, resource
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
os.abort()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")
def test_a_process_with_keys_leaves_no_core_and_cannot_be_looked_into() -> None:
    words = [sys.executable, "-c", CRASH, "closed"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode < 0, "it crashed"
    assert done.stdout.split() == ["0", "0"]
    assert ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1 or os.getuid() == 0, "only what asks for it"
