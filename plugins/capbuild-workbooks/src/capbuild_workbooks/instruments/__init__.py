"""Surveys and visit checklists as workbooks: writer with drop-downs, and lossless reader."""
