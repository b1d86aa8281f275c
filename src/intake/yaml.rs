//! The one place that knows the YAML reader: within bounds, and without anchors.

use super::values::Value;
use super::{DEEPEST_FRONT_MATTER, flat};

use serde_saphyr::{DuplicateKeyPolicy, Error, MergeKeyPolicy, NonFiniteFloatPolicy, budget, options};

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It names one part to repeat it in another (`&name`), or is too big or too deep.
    Unbounded { line: u32 },
    /// It is no YAML, from this character of the line on.
    Malformed { line: u32, column: u32 },
}

/// Reads a text as YAML; lines count from 1. Doubles in a table are all kept.
pub(super) fn parse(text: &str) -> Result<Value, Refusal> {
    flat::parse(text).map_or_else(|| parse_any(text), Ok)
}

/// The same with the YAML reader, whatever the text looks like.
pub(super) fn parse_any(text: &str) -> Result<Value, Refusal> {
    let options = options! {
        budget: budget! {
            max_anchors: 0,
            max_aliases: 0,
            max_depth: DEEPEST_FRONT_MATTER,
            max_nodes: 10_000,
            max_documents: 1,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).max(1);
        let place = error.location();
        let line = place.map_or(1, |place| number(place.line()));
        let column = place.map_or(1, |place| number(place.column()));
        match error.without_snippet() {
            // `title: **đậm**` looks like one, and is only somebody's way to write.
            Error::Budget { breach: budget::BudgetBreach::Aliases { .. }, .. } => {
                Refusal::Malformed { line, column }
            }
            Error::Budget { .. } => Refusal::Unbounded { line },
            _ => Refusal::Malformed { line, column },
        }
    })
}
