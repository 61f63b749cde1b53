"""A key that is nobody's goes through the whole program, by a real keyring; then it is looked for everywhere."""

import base64
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

ROOT = Path(__file__).resolve().parents[1]
CANARY = 'sk-canary-7Q/+"zvKx93Lq0eTn'
TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
PART = 12
"""Nor may so many signs of it on end be found anywhere."""
SESSION = """
eval "$(printf %s test | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
exec "$@"
"""


def forms(key: str) -> dict[str, bytes]:
    """What the key looks like in any dress in which it may get about."""
    plain = key.encode()
    dressed = {
        "plain": plain,
        "as JSON": json.dumps(key)[1:-1].encode(),
        "in a URL": quote(key, safe="").encode(),
        "hexadecimal": plain.hex().encode(),
        "HEXADECIMAL": plain.hex().upper().encode(),
        "reversed": plain[::-1],
        "UTF-16": key.encode("utf-16-le"),
        "UTF-16, big end first": key.encode("utf-16-be"),
    }
    for at in range(len(plain) - PART + 1):
        dressed[f"from sign {at}"] = plain[at : at + PART]
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6]
        dressed[f"base64 {shift}"] = coded
        dressed[f"base64url {shift}"] = coded.translate(bytes.maketrans(b"+/", b"-_"))
    return dressed


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or any(shutil.which(tool) is None for tool in TOOLS),
    reason=f"a real keyring needs {' and '.join(TOOLS)}",
)
def test_a_key_is_nowhere_but_in_the_keyring_and_on_its_way(tmp_path: Path) -> None:
    if not is_free(8000):
        pytest.skip("port 8000 is taken")
    places = {name: tmp_path / name.lower() for name in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")}
    inside = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    places |= {name: tmp_path / "home" / name for name in inside}
    for place in places.values():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = tmp_path / "said"
    said.mkdir()
    environ = {name: str(place) for name, place in places.items()}
    environ |= {"PATH": "/usr/local/bin:/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    words = ["dbus-run-session", "--", "sh", "-c", SESSION, "sh"]
    words += [sys.executable, "-m", "tests.canaries", str(said), CANARY]
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    (said / "driver.out").write_bytes(done.stdout)
    (said / "driver.err").write_bytes(done.stderr)

    assert "vllm/work\t…0eTn\tstored in Secret Service" in (said / "set.out").read_text()
    assert "3 models" in (said / "test.out").read_text(), "the key went where it belongs"
    assert "vllm/default\t…0eTn" in (said / "gone.out").read_text(), "stored by the window"
    assert "$VLLM_API_KEY" in (said / "curl.txt").read_text()
    assert "http://localhost:8000/v1" in (said / "exported.json").read_text()
    assert (said / "chat-canary.sse").stat().st_size > 0
    assert list(said.glob("window-*-environ"))
    assert "Odd key: [key]" in (said / "run-quoting.out").read_text()
    assert "Odd key: [key]" in (said / "test-quoting.err").read_text()
    assert "Odd key" in (said / "export-md.out").read_text()
    assert (said / "export-html.out").stat().st_size > 1000
    assert "Odd key" in (said / "history.out").read_text() + (said / "mine.abreast").read_text()
    assert list(said.glob("after-*-cmdline"))
    hits = [
        f"{path.relative_to(tmp_path)}: {dress}"
        for path in tmp_path.rglob("*")
        if path.is_file()
        for dress, form in forms(CANARY).items()
        if form in path.read_bytes()
    ]
    assert hits == []
