"""Entry point of `python -m capbuild`."""

from capbuild.cli import main

if __name__ == "__main__":
    main()
