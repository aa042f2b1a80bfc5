"""Quality of a whole programme: rules on what is plausible in its tables."""
