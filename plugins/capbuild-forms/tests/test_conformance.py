"""The readers of Typeform and Formbricks keep the reading contract, on invented samples."""

import json
from pathlib import Path

import capbuild_forms

from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample

SAMPLES = Path(__file__).parent / "samples"
NESTED = (ReadLimits(nesting=1),)


def content(name):
    return (SAMPLES / f"{name}.json").read_bytes()


def webhook():
    """A webhook: the first response with its form."""
    response = json.loads(content("typeform_responses"))["items"][0]
    definition = json.loads(content("typeform_form"))
    return json.dumps(
        {"event_id": "e1", "event_type": "form_response", "form_response": {**response, "definition": definition}}
    ).encode()


#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestTypeform(ReaderConformance):
    plugin = capbuild_forms
    golden = GOLDEN / "typeform"
    own_texts = ("Other",)
    unread = {
        ".token": "a response with an id is named by that",
        ".response_type": "a response that was never sent is partial, whatever its type",
        ".landed_at": "a response that was sent is dated by that",
        ".definition.fields": "see `waived`",
        ".choices.ids": "labels count where an answer has them",
        ".choices.refs": "labels count where an answer has them",
        ".properties.choices.id": "a choice is known by its ref where it has one",
        ".choice.id": "labels count where an answer has them",
        ".variables.type": "a value that is of its type is read by that",
        ".choice.label": "a label counts where the form knows neither code nor id",
        "choices[*].id": "the id of a choice counts where an answer names it",
    }
    reader = "typeform"
    samples = (
        Sample(name="form.json", data=content("typeform_form"), responses=0, limits=NESTED),
        Sample(
            name="responses.json",
            data=content("typeform_responses"),
            responses=2,
            options={"definition": content("typeform_form")},
            personal=("contact", "metadata.user_agent", "metadata.network_id"),
            limits=NESTED,
        ),
        Sample(name="draft.json", data=content("typeform_responses"), responses=2),
        Sample(name="webhook.json", data=webhook(), responses=1, personal=("contact",)),
    )


#: Parts of a contact, and what is agreed to: Formbricks has its own texts for them.
OWN_TEXTS = ("firstName", "lastName", "email", "phone", "company", "Accepted", "Dismissed")
MOMENTS = {
    ".finished": "a response is finished where it says that it is",
    "createdAt": "a response that is finished is dated by its last change",
    "updatedAt": "a response that is not finished is dated by its beginning",
}


class TestFormbricks(ReaderConformance):
    plugin = capbuild_forms
    golden = GOLDEN / "formbricks"
    own_texts = OWN_TEXTS
    unread = {
        **MOMENTS,
        "languages[*]": "only the default language is taken from it: texts name the others",
        "data.questions[*]": "a question that a block holds too is read from the block",
    }
    reader = "formbricks"
    samples = (
        Sample(name="survey.json", data=content("formbricks_survey"), responses=0, limits=NESTED),
        Sample(
            name="responses.json",
            data=content("formbricks_responses"),
            responses=2,
            options={"definition": content("formbricks_survey")},
            personal=("q5.firstName", "q5.email", "meta.userAgent.browser"),
            limits=NESTED,
        ),
    )


class TestFormbricksDraft(ReaderConformance):
    plugin = capbuild_forms
    golden = GOLDEN / "formbricks"
    reader = "formbricks"
    infers = True  # without a survey, the question for the country is found by all answers
    unread = MOMENTS
    samples = (Sample(name="draft.json", data=content("formbricks_responses"), responses=2),)
