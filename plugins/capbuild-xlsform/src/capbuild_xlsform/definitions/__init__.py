"""Definitions of forms.

They have files of every format, groups and questions, and the questionnaire made of them.
"""
