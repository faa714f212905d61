"""An identity keeps its id while accounts come and go, and a merged or split one leaves a trail."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from linkage.identity import identity_id_of
from linkage.stable_ids import FormerIdentity, GivenId, give_ids

ACCOUNTS = "abcdefgh"

# A partition: for each account the number of its set; sets of one account are no identities.
partitions = st.lists(st.integers(0, 3), min_size=len(ACCOUNTS), max_size=len(ACCOUNTS)).map(
    lambda numbers: [
        one for number in range(4) if len(one := [a for a, n in zip(ACCOUNTS, numbers, strict=True) if n == number]) > 1
    ]
)


def before(identity_id: str, accounts: str, since: int = 1, *former_ids: str) -> FormerIdentity:
    return FormerIdentity(identity_id, tuple(accounts), since, former_ids)


def as_former(clusters: list[list[str]], given: list[GivenId]) -> list[FormerIdentity]:
    named = zip(clusters, given, strict=True)
    return [FormerIdentity(name.identity_id, tuple(one), name.since, name.former_ids) for one, name in named]


def test_a_new_identity_has_the_id_of_its_smallest_account() -> None:
    assert give_ids(["ba", "cd"], []) == [GivenId(identity_id_of("a"), 1, ()), GivenId(identity_id_of("c"), 1, ())]


def test_an_account_with_a_smaller_id_does_not_rename() -> None:
    assert give_ids(["abc"], [before(identity_id_of("b"), "bc", 3)]) == [GivenId(identity_id_of("b"), 3, ())]


def test_merged_identities_have_the_id_of_the_larger_then_of_the_older_and_name_the_other() -> None:
    assert give_ids(["abcde"], [before("x", "ab", 1), before("y", "cde", 2)]) == [GivenId("y", 2, ("x",))]
    assert give_ids(["abcd"], [before("x", "ab", 2), before("y", "cd", 1)]) == [GivenId("y", 1, ("x",))]
    assert give_ids(["abcd"], [before("y", "ab", 1, "old"), before("x", "cd", 1)]) == [GivenId("x", 1, ("old", "y"))]


def test_of_a_split_identity_the_larger_part_keeps_the_id_and_the_other_names_it() -> None:
    assert give_ids(["ab", "cde"], [before("x", "abcde", 4)]) == [
        GivenId(identity_id_of("a"), 5, ("x",)),
        GivenId("x", 4, ()),
    ]


def test_an_id_that_is_taken_is_not_given_again() -> None:
    """The smallest account left the identity that is named after it."""
    left, named = give_ids(["az", "bcd"], [before(identity_id_of("a"), "abcd")])
    assert named.identity_id == identity_id_of("a")
    assert left.identity_id not in {identity_id_of("a"), identity_id_of("z")}
    assert left.former_ids == (named.identity_id,)


@given(partitions, partitions, st.randoms(use_true_random=False))
def test_ids_are_unique_and_do_not_depend_on_any_order(
    first: list[list[str]], second: list[list[str]], random: Random
) -> None:
    former = as_former(first, give_ids(first, []))
    given_ids = give_ids(second, former)
    assert len({one.identity_id for one in given_ids}) == len(second)
    order = random.sample(range(len(second)), len(second))
    shuffled = [random.sample(second[number], len(second[number])) for number in order]
    assert give_ids(shuffled, random.sample(former, len(former))) == [given_ids[number] for number in order]


@given(partitions, st.data())
def test_adding_accounts_renames_none_and_running_again_changes_nothing(
    clusters: list[list[str]], data: st.DataObject
) -> None:
    given_ids = give_ids(clusters, [])
    former = as_former(clusters, given_ids)
    assert give_ids(clusters, former) == given_ids
    grown = [[*one, *(f"{new}{number}" for new in data.draw(st.lists(st.sampled_from("AZ"), max_size=2, unique=True)))]
             for number, one in enumerate(clusters)]  # fmt: skip
    assert give_ids([*grown, ["Anew", "Znew"]], former)[:-1] == given_ids


@given(partitions, partitions)
def test_whose_accounts_an_identity_has_it_names(first: list[list[str]], second: list[list[str]]) -> None:
    former = as_former(first, give_ids(first, []))
    for cluster, given_id in zip(second, give_ids(second, former), strict=True):
        shared = {one.identity_id for one in former if set(one.accounts) & set(cluster)}
        assert set(given_id.former_ids) | {given_id.identity_id} >= shared
        assert given_id.identity_id not in given_id.former_ids
