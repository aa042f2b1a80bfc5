"""Settings of a programme: each table of programme.toml."""
