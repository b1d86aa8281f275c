"""What a judge claims, and which of it did not hold."""

MOST_SHOWN = 12


class Claims:
    def __init__(self):
        self.held = 0
        self.wrong = []
        self.notes = []

    def that(self, holds, what):
        """Claims `what`; says whether it holds, so that a judge can leave out what follows from it."""
        if holds:
            self.held += 1
        else:
            self.wrong.append(what)
        return bool(holds)

    def same(self, seen, expected, what):
        return self.that(seen == expected, f"{what}: expected {short(expected)}, saw {short(seen)}")

    def among(self, seen, allowed, what):
        return self.that(seen in allowed, f"{what}: expected one of {allowed}, saw {short(seen)}")

    def refused(self, complaint, what):
        """A checker that accepts a broken document proves nothing."""
        return self.that(complaint, f"self-test: a broken document was accepted: {what}")

    def note(self, text):
        self.notes.append(text)


def short(value, most=300):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
