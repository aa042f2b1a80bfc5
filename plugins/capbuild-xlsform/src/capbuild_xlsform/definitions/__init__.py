"""Definitions of forms: files of every format, groups and questions, and the questionnaire made of them."""
