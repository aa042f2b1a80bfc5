"""The built-in framework keeps the contract, and so does the questionnaire that is made from it."""

from capbuild.testing import FrameworkConformance, QuestionnaireConformance


class TestPoliceCyber(FrameworkConformance):
    framework = "police-cyber 1.0"


class TestSurvey(QuestionnaireConformance):
    questionnaire = "police-cyber-survey 1.0"
    framework = "police-cyber 1.0"
