"""Forms sent to people, and read on return."""
