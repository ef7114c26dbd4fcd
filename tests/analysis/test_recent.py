"""What was asked for lately is kept, the rest is forgotten."""

from stigmer_doctor.analysis.recent import RecentValues


def test_what_is_asked_for_stays_and_what_is_not_goes() -> None:
    kept: RecentValues[int, str] = RecentValues(10)
    kept.put(0, "asked for")
    kept.put(1, "not asked for")
    for number in range(2, 30):
        kept.put(number, "another")
        assert kept.get(0) == "asked for"
    assert kept.get(1) is None


def test_no_more_is_kept_than_may_be() -> None:
    kept: RecentValues[bytes, int] = RecentValues(100, len)
    for number in range(50):
        kept.put(b"%09d." % number, number)
    assert sum(kept.get(b"%09d." % number) is not None for number in range(50)) <= 10


def test_the_latest_half_is_kept_and_nothing_that_is_older_than_the_whole() -> None:
    def after(number: int) -> RecentValues[int, int]:
        kept: RecentValues[int, int] = RecentValues(10)
        for key in range(number):
            kept.put(key, key)
        return kept

    for number in range(10, 30):
        assert after(number).get(number - 6) == number - 6
        assert after(number).get(number - 11) is None
