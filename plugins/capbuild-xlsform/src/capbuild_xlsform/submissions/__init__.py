"""Submissions: records of JSON and XML, their answers, and the readers of both."""
