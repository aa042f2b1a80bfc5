"""Surveys and visit checklists as workbooks: written with drop-downs, read back without loss."""
