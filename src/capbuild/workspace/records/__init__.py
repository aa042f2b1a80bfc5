"""Records of a programme: each table of its folder, read with places and written in place."""
