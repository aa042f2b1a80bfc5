"""`python -m capbuild`: the command line, where no script stands on the path."""

from capbuild.cli import main

if __name__ == "__main__":
    main()
