"""Frameworks in spreadsheets: free layouts, and the template workbook."""
