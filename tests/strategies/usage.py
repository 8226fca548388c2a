"""Random usage of an account of two lines."""

from __future__ import annotations

from hypothesis import strategies as st

from ratedsl.rating.events import Event

FIRST = 1_767_225_600_000


@st.composite
def usage(draw: st.DrawFn) -> list[Event]:
    """Up to thirty events of two lines within some months, in order."""
    events = []
    for number in range(draw(st.integers(1, 30))):
        start = FIRST + draw(st.integers(0, 120 * 86_400)) * 1000
        service = draw(st.sampled_from(["voice", "data"]))
        most = 7_200_000 if service == "voice" else 20_000_000
        called = ""
        if service == "voice":
            called = draw(st.sampled_from(["+351210000", "+35191000", "+4420"]))
        quantity = draw(st.one_of(st.just(0), st.integers(1, most)))
        line = draw(st.sampled_from("AB"))
        events.append(Event(f"{number:03}", line, service, start, quantity, called=called))
    return sorted(events, key=lambda event: (event.start, event.id))
