"""Commands, one module for each, with a `command`."""
