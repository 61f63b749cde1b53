"""A server that takes two at once: the pace falls to what it bears, and every run is made all the same."""

import asyncio
import json
import sys

BUSY = b'{"error":{"message":"too many at once","code":"rate_limit"}}'
REFUSAL = b"HTTP/1.1 429 X\r\ncontent-type: application/json\r\nretry-after: 0.3\r\ncontent-length: %d\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
TEXT = b'data: {"model":"m","choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n'
END = b'data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


class Narrow:
    def __init__(self, room: int) -> None:
        self.room = room
        self.live = 0
        self.answers: list[int] = []
        """The status of each, in order."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
                await self._answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        if self.live >= self.room:
            self.answers.append(429)
            writer.write(REFUSAL % len(BUSY) + BUSY)
            return
        self.answers.append(200)
        self.live += 1
        writer.write(HEAD + _chunk(TEXT))
        await asyncio.sleep(0.15)  # on a busy machine the six come one by one
        writer.write(_chunk(END) + b"0\r\n\r\n")
        self.live -= 1


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_fewer_are_sent_at_once_after_a_429() -> None:
    async def go() -> tuple[list[str], list[int]]:
        narrow = Narrow(2)
        server = await asyncio.start_server(narrow.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        lane = f"openai_chat:m@http://127.0.0.1:{port}/v1"
        plan = ("--repeat", "30", "--concurrency", "6", "--json")
        command = (sys.executable, "-P", "-m", "app", "run", "--prompt", "x", "--lane", lane, *plan)
        ran = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        out, _ = await ran.communicate()
        server.close()
        return [json.loads(line)["outcome"] for line in out.splitlines()], narrow.answers

    outcomes, answers = asyncio.run(go())
    assert len(outcomes) == 30
    assert outcomes.count("done") >= 24  # those of the first window are refused more often than they may try again
    assert answers[:6].count(429) == 4
    assert answers[len(answers) // 2 :].count(429) < len(answers) // 4
