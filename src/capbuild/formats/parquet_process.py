"""Child process that parses a Parquet file.

The process reads standard input and writes Arrow IPC. A damaged file may end it, because the parser allocates as much
memory as the file declares.
"""

import io
import sys

#: Exit status for a file with more cells than allowed.
TOO_MANY_CELLS = 3


def main() -> None:
    """Write the frame as Arrow IPC to standard output.

    If that fails, exit with the reason on standard error.
    """
    import polars

    data, most = sys.stdin.buffer.read(), int(sys.argv[1])
    try:
        lazy = polars.scan_parquet(io.BytesIO(data))
        cells = lazy.select(polars.len()).collect().item() * len(lazy.collect_schema())
        if cells > most:
            sys.exit(TOO_MANY_CELLS)
        lazy.collect().write_ipc(sys.stdout.buffer)
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
