"""Random tiny problems in the JSON format: every field of it, with values that leave nothing, little or much to do."""

import random

POINTS = [[0.0, 0.0], [0.25, 0.22], [0.5, 0.39], [0.9, 0.59], [1.4, 0.75], [2.2, 0.89], [3.5, 0.97]]


def tiny_case(seed):
    """A random problem that can be enumerated."""
    dice = random.Random(seed)
    months, names = dice.choice([1, 2, 2, 3, 3, 4]), "ABC"[: dice.choice([1, 2, 2, 2, 3])]
    criteria = ["k0", "k1", "k2"][: dice.choice([1, 2, 2, 3])]
    countries = [
        {"id": name, "language": dice.choice(["en", "es"]), "away_cap": dice.choice([0, 5, 7.5, 10, 15, 20]),
         "holidays": dice.sample(range(months), dice.choice([0, 0, 1]))}
        for name in names
    ]  # fmt: skip
    needs = [
        {"country": country, "criterion": name, "weight": dice.choice([0.5, 1, 2, 3]), "gap": dice.randint(0, 3),
         "p": dice.choice([0, 0.3, 0.5, 0.75, 1.0])}
        for country in names for name in criteria if dice.random() < 0.85
    ]  # fmt: skip
    needs += dice.sample(needs, min(len(needs), dice.choice([0, 0, 0, 1])))
    activities = []
    for number in range(dice.choice([1, 2, 3, 3, 4])):
        activities.append(_activity(dice, number, names, criteria, [one["id"] for one in activities]))
    dice.shuffle(activities)
    return {
        "name": f"tiny-{seed}", "months": months, "closure_points": POINTS, "countries": countries, "needs": needs,
        "activities": activities, "budget": dice.choice([0, 5, 10, 16, 24, 30, 60]),
        "trainer_days_month": dice.choice([0, 5, 10, 12]),
        "floor_share": dice.choice([0.0, 0.0, 0.0, 0.0, 0.05, 0.15, 0.3, 0.59]),
    }  # fmt: skip


def _activity(dice, number, names, criteria, before):
    kind = dice.choice(["course", "course", "equipment", "operation"])
    moved = dice.sample(criteria, dice.randint(0, len(criteria)))
    common = {
        "id": f"a{number}", "kind": kind, "duration": dice.choice([1, 1, 2, 3]), "trainer_days": dice.choice([0, 3, 5]),
        "effect": {name: dice.choice([0, 0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 3.0]) for name in moved},
        "prerequisite": dice.choice([None, *before]),
    }  # fmt: skip
    least = dice.choice([1, 2, 3])
    if kind == "course":
        asked = {name: dice.choice([0, 1, 2, 2, 3]) for name in names if name == "A" or dice.random() < 0.9}
        return common | {
            "languages": dice.choice([["en"], ["es"], ["en", "es"]]), "seats_min": least,
            "seats_max": least + dice.choice([0, 1, 2]), "demand": asked, "cost_session": dice.choice([0, 4, 6, 8.25]),
            "cost_seat": dice.choice([0, 0.1, 1, 1.5]), "days_per_seat": dice.choice([0, 2, 5]),
        }  # fmt: skip
    if kind == "equipment":
        return common | {
            "cost_country": dice.choice([0, 3, 5, 8]), "cost_month": dice.choice([0, 0.5, 1, 2]),
            "days": dice.choice([0, 0, 3]),
        }  # fmt: skip
    return common | {
        "cost_event": dice.choice([0, 3, 4]), "cost_country": dice.choice([0, 1, 2]), "days": dice.choice([0, 5]),
        "countries_min": dice.choice([1, 2, 2, 3]),
    }  # fmt: skip
