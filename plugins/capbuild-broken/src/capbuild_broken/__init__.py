"""Fails on import, on purpose: the host must say so and go on."""

message = "this plugin is broken on purpose"
raise RuntimeError(message)
