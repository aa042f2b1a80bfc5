"""The built-in framework keeps the contract in both editions, and so do the questionnaires that are made from it."""

from capbuild.testing import FrameworkConformance, QuestionnaireConformance


class TestPoliceCyber(FrameworkConformance):
    framework = "police-cyber 1.0"


class TestPoliceCyber2(FrameworkConformance):
    framework = "police-cyber 2.0"


class TestSurvey(QuestionnaireConformance):
    questionnaire = "police-cyber-survey 1.0"
    framework = "police-cyber 1.0"
