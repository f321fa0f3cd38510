"""The fixes of the serialization contract, on the fixtures: what is fixed is no longer reported, and nothing else is."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from fixes.fixing import files_of, fix, reported
from kerlint.finding import Applicability
from test_fixtures import Fixture, all_fixtures

CODES = ("KER201", "KER202", "KER203", "KER204", "KER205")

CONCERNED = [one for one in all_fixtures() if any(place.place.code in CODES for place in one.expectations())]

LEFT = {
    # an argument that is no plain data and that no file brings back
    "KER201/bad_array_argument.py", "KER201/bad_enum_argument.py", "KER201/bad_function_as_default.py",
    "KER201/bad_function_that_call_uses.py", "KER201/bad_call_site_passes_a_lambda.py", "KER201/bad_chosen_by_a_function.py",
    "KER201/bad_base_in_another_file", "KER201/bad_loss_required_argument.py", "KER201/bad_functional_over_given_tensors.py",
    "KER202/bad_required_argument_not_stored.py", "KER202/bad_required_ones_beside_each_other.py",
    "KER202/bad_method_keeps_more_than_is_stored.py", "KER202/bad_first_values_that_do_more.py",
    # a layer that nothing annotates, or that somebody else has as well
    "KER201/bad_layer_called_its_own_way.py", "KER201/bad_layer_called_its_own_way_at_times.py",
    "KER201/bad_registered_layer_called_its_own_way.py", "KER201/bad_script_hands_its_layer_over.py",
    "KER201/bad_child_of_an_abstract_base.py", "KER201/bad_model_refuses_its_defaults.py",
    # nothing keeps the argument, and it is not certain that the constructor can
    "KER201/bad_schedule_cannot_be_saved.py", "KER201/bad_regularizer_that_may_be_given.py",
    "KER201/bad_required_arguments_that_nothing_uses.py", "KER201/bad_functional_on_one_arm.py",
    "KER202/bad_arguments_of_a_functional_model_keras_2.py", "KER202/bad_put_again_into_what_is_stored.py",
    # a layer or network on Keras 2
    "KER201/bad_layer_takes_a_layer_keras_2.py", "KER201/bad_asked_whether_it_is_a_model_keras_2.py",
    "KER201/bad_constructor_refuses_its_defaults_keras_2.py", "KER201/bad_file_of_keras_in_a_test",
    "KER201/bad_model_takes_networks_keras_2.py", "KER201/bad_model_that_takes_a_network_or_none_keras_2.py",
    "KER201/bad_network_of_a_model_keras_2.py",
    # a Sequential, and a functional model that refuses what is stored
    "KER201/bad_sequential_fills_itself.py", "KER201/bad_sequential_required_argument_keras_2.py",
    "KER201/bad_sequential_with_its_own_constructor.py", "KER201/bad_functional_refuses_dtype_before_3_7.py",
    # what is meant cannot be told: the base and its child, or a method that changes the configuration, disagree
    "KER202/bad_base_made_otherwise_than_the_child_makes_it.py", "KER202/bad_from_config_asks_beside_an_object.py",
    "KER202/bad_from_config_asks_for_another_key.py", "KER202/bad_key_taken_out_again.py",
    "KER202/bad_keys_that_only_the_base_names", "KER202/bad_inherited_from_config_makes_the_class.py",
    "KER207/bad_keys_of_a_loss_behind_a_save_that_raises.py", "KER202/bad_required_name_not_stored.py",
    "KER204/bad_base_drops_what_a_child_hands_on.py", "KER204/bad_base_refuses_what_is_handed_on.py",
    "KER204/bad_child_drops_a_parameter_of_its_parent.py", "KER204/bad_constructor_gives_a_parent_key_itself.py",
    "KER204/bad_from_config_that_updates_keras_2.py", "KER204/bad_functional_base_refuses_the_keys.py",
    "KER503/good_layer_of_a_parameter_that_is_not_stored_keras_2.py",
    # another file
    "KER205/bad_class_of_a_module",
}  # fmt: skip
"""The fixtures in which something stays, and why."""


@pytest.mark.slow
@pytest.mark.parametrize("fixture", CONCERNED, ids=str)
def test_a_fixture_is_fixed(fixture: Fixture, tmp_path: Path) -> None:
    copy = fixture.alone_in(tmp_path)
    files, codes = files_of(copy), {*CODES, fixture.code}
    before = reported(files, fixture.target(), codes)
    fixed = fix(copy, fixture.target(), CODES)
    after = reported(files, fixture.target(), codes)
    for path in files:
        if path.suffix == ".py":
            ast.parse(path.read_bytes())
    counted, left = Counter(one.code for one in before), Counter(one.code for one in after)
    assert not left - counted, "something new is reported"
    mended = Counter(one.code for one in before if one.code in CODES and one.fix is not None)
    assert mended <= counted - left, "what has a fix is gone"
    assert all(done.fix is not None and done.fix.applicability is Applicability.UNSAFE for done in fixed.done)
    assert all(one.fix is None for one in after if one.code in CODES)
    assert bool([one for one in after if one.code in CODES]) == (str(fixture) in LEFT)
    assert not fix(copy, fixture.target(), CODES).done, "a second time nothing changes"


def test_the_list_of_what_is_left_names_fixtures() -> None:
    assert {str(one) for one in CONCERNED} >= LEFT
