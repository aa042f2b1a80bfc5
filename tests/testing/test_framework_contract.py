"""The built-in framework keeps the contract, and so does the questionnaire that is made from it."""

from types import ModuleType

from capbuild.frameworks import load_bundled, survey_questionnaire
from capbuild.plugins import hookimpl
from capbuild.testing import FrameworkConformance, QuestionnaireConformance

made = ModuleType("made_questionnaires")
made.CAPBUILD_API = 1
made.register_questionnaires = hookimpl(lambda: [survey_questionnaire(load_bundled("police_cyber"))])


class TestPoliceCyber(FrameworkConformance):
    framework = "police-cyber 1.0"


class TestSurvey(QuestionnaireConformance):
    plugin = made
    questionnaire = "police-cyber-survey 1.0"
    framework = "police-cyber 1.0"
    waived = {"light import": "the module is made in this test"}
