//! Which picklist divides a view.

use massup_model::limits::MAX_JOB_RECORDS;

use crate::Plan;
use crate::division::{Condition, Division, Part, Unknown};

impl Division {
    /// The division of the plan's view by the picklist with the fewest options among those that make
    /// enough parts; `None` if no picklist is known that the plan does not change.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        let facts = plan.facts()?;
        let records = facts.view.records.unwrap_or_default();
        let needed = usize::try_from(records.div_ceil(MAX_JOB_RECORDS)).unwrap_or(usize::MAX);
        let known = facts.fields.iter().filter(|(name, _)| !plan.fields().contains(name));
        let picklists = known.filter_map(|(name, field)| Some((name, field.options.as_ref()?)));
        // The two parts without an option may well be empty: they do not count.
        let (field, options) = picklists.min_by_key(|(name, options)| {
            let few = options.len() < needed;
            (few, if few { usize::MAX - options.len() } else { options.len() }, *name)
        })?;

        let others = Condition::NoneOf(options.iter().cloned().collect());
        let conditions =
            options.iter().cloned().map(Condition::Option).chain([Condition::Empty, others]);
        let parts: Vec<Part> =
            conditions.map(|condition| Part { field: field.clone(), condition }).collect();

        let mut unknown = vec![Unknown::Sizes];
        if parts.len() < needed {
            unknown.push(Unknown::LargePart { needed, parts: parts.len() });
        }
        unknown.extend([Unknown::Automations, Unknown::Changes { field: field.clone() }]);
        Some(Self { field: field.clone(), parts, unknown })
    }
}
