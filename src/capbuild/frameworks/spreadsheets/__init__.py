"""Frameworks in spreadsheets: layouts that people have, and the template workbook."""
