"""Records of a programme: the tables of its folder."""
