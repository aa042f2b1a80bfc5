"""Files that report read progress to a callback."""

import io
from contextlib import ExitStack
from typing import IO, Any
from zipfile import ZipFile

from attrs import define, field, frozen

from capbuild.errors import ReadError
from capbuild.plugins import InputFile, Progress

#: Bytes per read, and between two calls of the callback.
_BLOCK = 1 << 20


@define
class SafeCallback:
    """Callback wrapper that keeps the exceptions of the callback.

    This distinguishes a failure of the callback from an error of the reader or writer.

    Attributes:
        progress: The callback.
        raised: Its exception, or None.
    """

    progress: Progress
    raised: BaseException | None = None

    def __call__(self, done: int, total: int | None, what: str) -> None:
        """Call the callback; keep and raise its exception."""
        try:
            self.progress(done, total, what)
        except BaseException as error:
            self.raised = error
            raise


@define
class ReadProgress:
    """Progress in bytes read, never decreasing.

    Attributes:
        progress: The callback.
        total: Bytes of the file.
        what: Its name.
        done: Bytes read so far.
    """

    progress: SafeCallback = field(converter=SafeCallback)
    total: int
    what: str
    done: int = 0

    def report(self, done: int) -> None:
        """Report progress; exceptions of the callback propagate."""
        self.done = max(self.done, min(done, self.total))
        self.progress(self.done, self.total, self.what)


class _ReportingStream(io.RawIOBase):
    """Stream that reports its reads."""

    def __init__(self, stream: IO[bytes], watch: ReadProgress) -> None:
        self._stream, self._watch = stream, watch

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        self._watch.report(self._stream.tell())
        return len(block)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        self._stream.close()
        super().close()


@frozen
class ReportingFile(InputFile):
    """File that reports its read progress.

    Attributes:
        watch: Reporter of the progress.

    Example:
        >>> watch = ReadProgress(lambda done, total, what: print(done, "of", total, what), 3, "a.csv")
        >>> ReportingFile("a.csv", data=b"a,b", watch=watch).content
        3 of 3 a.csv
        3 of 3 a.csv
        b'a,b'
    """

    watch: ReadProgress | None = field(default=None, kw_only=True, eq=False)

    def open(self) -> IO[bytes]:
        """Return the bytes as a stream that reports each block."""
        stream = super().open()
        return stream if self.watch is None else io.BufferedReader(_ReportingStream(stream, self.watch), _BLOCK)

    def _unpack(self, stack: ExitStack, opened: list[ZipFile], name: str) -> bytes:
        """Return the bytes of one member of an archive.

        An exception of the callback is raised as it is, not as an error of the archive.
        """
        try:
            return super()._unpack(stack, opened, name)
        except ReadError:
            if self.watch is not None and self.watch.progress.raised is not None:
                raise self.watch.progress.raised from None
            raise
