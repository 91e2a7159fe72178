"""A line to a server that can be slow, deaf or cut: a proxy on 127.0.0.1 between the clients and a real broker."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from trialwire.stack.port import HOST

if TYPE_CHECKING:
    from types import TracebackType

CHUNK_BYTES = 65_536


class Line:
    """Passes bytes both ways between `port` and `target`.

    `down`: no connection is taken. `delay_seconds`: every piece waits so long. `deaf`: what the server says is lost on
    the way, while it hears everything.
    """

    def __init__(self, port: int, target: int) -> None:
        self.port, self.target = port, target
        self.down = self.deaf = False
        self.delay_seconds = 0.0
        self.taken = 0
        """Connections taken so far."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Line:
        self._thread.start()
        serving = asyncio.start_server(self._connected, HOST, self.port)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _shut(self) -> None:
        self._server.close()
        self._abort()
        passing = asyncio.all_tasks() - {asyncio.current_task()}
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)
        await asyncio.sleep(0.05)  # the transports say that they are closed

    def cut(self) -> None:
        """Break every connection there is."""
        self._loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        self.taken += 1
        try:
            answers, server = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, server}
        try:
            await asyncio.gather(self._pump(reader, server, answers=False), self._pump(answers, writer, answers=True))
        finally:
            self._writers -= {writer, server}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool) -> None:
        with suppress(OSError):
            while piece := await source.read(CHUNK_BYTES):
                await asyncio.sleep(self.delay_seconds)
                if not (answers and self.deaf):
                    sink.write(piece)
                    await sink.drain()
        sink.close()
