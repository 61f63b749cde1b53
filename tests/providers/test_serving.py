"""Servers of ours write at once: what follows a response's head must not wait for the client's acknowledgement."""

import asyncio
import socket

from providers.serving import listen


def test_what_is_written_is_sent_at_once() -> None:
    async def no_delay() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def met(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            told.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = listen("127.0.0.1", 0)
        server = await asyncio.start_server(met, sock=listening)
        async with server:
            _, writer = await asyncio.open_connection(*listening.getsockname())
            said = await asyncio.wait_for(told, 5)
            writer.close()
            await writer.wait_closed()
        return said

    assert asyncio.run(no_delay()) != 0
