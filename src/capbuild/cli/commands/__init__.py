"""One module a command, named for it; each holds the command as `command`."""
