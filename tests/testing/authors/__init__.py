"""Readers and writers as authors elsewhere would write them, to plant faults in."""
