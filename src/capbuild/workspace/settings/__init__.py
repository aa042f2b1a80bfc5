"""Settings of a programme: the tables of programme.toml."""
