"""Golden results: what readers and writers made when a person last reviewed it, compared with what they make now."""
