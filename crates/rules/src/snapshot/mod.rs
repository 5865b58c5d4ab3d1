//! Rules on the call and facts about the organisation: codes 2xx.
//!
//! Written anew by `cargo test` from the files of this folder.

pub(crate) mod automations_by_count;
pub(crate) mod blueprint_field;
pub(crate) mod edition_without_views;
pub(crate) mod empty_view;
pub(crate) mod field_edit_not_permitted;
pub(crate) mod field_not_mass_updatable;
pub(crate) mod field_not_visible;
pub(crate) mod field_type_not_mass_updatable;
pub(crate) mod layout_rule_field;
pub(crate) mod malformed_value;
pub(crate) mod missing_scope;
pub(crate) mod moving_view;
pub(crate) mod null_in_mandatory_field;
pub(crate) mod read_only_field;
pub(crate) mod refusing_view;
pub(crate) mod repeated_option;
pub(crate) mod self_changing_view;
pub(crate) mod stage_without_pipeline;
pub(crate) mod territory_not_supported;
pub(crate) mod too_many_decimals;
pub(crate) mod unique_field;
pub(crate) mod unknown_field;
pub(crate) mod unknown_module;
pub(crate) mod unknown_option;
pub(crate) mod unknown_territory;
pub(crate) mod unknown_view;
pub(crate) mod unmapped_option;
pub(crate) mod unused_option;
pub(crate) mod validation_rule_bypassed;
pub(crate) mod validation_rule_field;
pub(crate) mod value_out_of_range;
pub(crate) mod value_too_long;
pub(crate) mod view_of_another_module;
pub(crate) mod view_too_large;
pub(crate) mod wrong_value_type;

use crate::rule::Rule;

/// The rules of this folder, by file.
#[rustfmt::skip]
pub(crate) static RULES: &[&Rule] = &[
    &automations_by_count::RULE,
    &blueprint_field::RULE,
    &edition_without_views::RULE,
    &empty_view::RULE,
    &field_edit_not_permitted::RULE,
    &field_not_mass_updatable::RULE,
    &field_not_visible::RULE,
    &field_type_not_mass_updatable::RULE,
    &layout_rule_field::RULE,
    &malformed_value::RULE,
    &missing_scope::RULE,
    &moving_view::RULE,
    &null_in_mandatory_field::RULE,
    &read_only_field::RULE,
    &refusing_view::RULE,
    &repeated_option::RULE,
    &self_changing_view::RULE,
    &stage_without_pipeline::RULE,
    &territory_not_supported::RULE,
    &too_many_decimals::RULE,
    &unique_field::RULE,
    &unknown_field::RULE,
    &unknown_module::RULE,
    &unknown_option::RULE,
    &unknown_territory::RULE,
    &unknown_view::RULE,
    &unmapped_option::RULE,
    &unused_option::RULE,
    &validation_rule_bypassed::RULE,
    &validation_rule_field::RULE,
    &value_out_of_range::RULE,
    &value_too_long::RULE,
    &view_of_another_module::RULE,
    &view_too_large::RULE,
    &wrong_value_type::RULE,
];
