//! The keys of change files: one table for the reader, the JSON Schema and the documentation.

/// An object of a change file: the file itself, or the value of one of its keys.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// How messages call it: `a change file`, or its key in backticks.
    pub name: &'static str,
    /// Its keys, in the order of the documentation.
    pub keys: &'static [Key],
}

/// A key of a [`Part`].
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value is.
    pub takes: Takes,
    /// Whether the part must have it.
    pub required: bool,
    /// What applies without the key, as JSON.
    pub default: Option<&'static str>,
    /// What it means, with the unit of a number.
    pub about: &'static str,
}

/// What the value of a [`Key`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A text.
    Text,
    /// The API name of a module.
    Module,
    /// An API version.
    Version,
    /// An object of fields and values.
    Fields,
    /// `true` or `false`.
    Boolean,
    /// A [`SELECT`], or a list of at least two without views.
    Selection,
    /// An id.
    Id,
    /// A list of at least one id.
    Ids,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A whole number from 0.
    Count,
    /// An object.
    Part(&'static Part),
}

impl Part {
    /// The names of the keys.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }
}

const fn key(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, takes, required: false, default: None, about }
}

impl Key {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn default(self, json: &'static str) -> Self {
        Self { default: Some(json), ..self }
    }
}

/// The change file itself.
pub static CHANGE: Part = Part {
    name: "a change file",
    keys: &[
        key("module", Takes::Module, "The API name of the module, such as `Leads`.").required(),
        key("api_version", Takes::Version, "The version of the API that the calls use.").default("\"v8\""),
        key(
            "set",
            Takes::Fields,
            "API names of fields, and the value that every record gets. Any number: massup divides them into calls.",
        )
        .required(),
        key(
            "over_write",
            Takes::Boolean,
            "Whether the options of a multi-select picklist are replaced; otherwise they are added.",
        )
        .default("false"),
        key(
            "select",
            Takes::Selection,
            "The records: one selection, or a list of selections by ids and files, which together select each record once.",
        )
        .required(),
        key("policy", Takes::Part(&POLICY), "What the plan may do."),
    ],
};

/// `select`, or an item of its list.
pub static SELECT: Part = Part {
    name: "`select`",
    keys: &[
        key("ids", Takes::Ids, "Record ids. Any number: massup divides them into calls."),
        key(
            "ids_file",
            Takes::Text,
            "A file with record ids, relative to the change file: one a line, CSV, JSON or JSON Lines.",
        ),
        key("column", Takes::Text, "The column of `ids_file` that has the ids, by its header."),
        key("view", Takes::Id, "The id of the custom view (`cvid`) whose records are updated."),
        key("territory", Takes::Part(&TERRITORY), "Narrows `view` to the records of a territory."),
    ],
};

/// `territory` of a selection.
pub static TERRITORY: Part = Part {
    name: "`territory`",
    keys: &[
        key("id", Takes::Id, "The id of the territory.").required(),
        key("include_child", Takes::Boolean, "Whether its child territories count too.")
            .default("false"),
    ],
};

/// `policy`.
pub static POLICY: Part = Part {
    name: "`policy`",
    keys: &[
        key(
            "automation",
            Takes::Word(&["require", "forbid", "any"]),
            "Whether workflows, approvals and blueprints must, must not or may run.",
        )
        .default("\"any\""),
        key("max_calls", Takes::Count, "The most mass update calls."),
        key(
            "max_credits",
            Takes::Count,
            "The most API credits, including those for reading ids and for the status of jobs.",
        ),
        key("concurrency", Takes::Count, "The most concurrent calls when the plan runs."),
        key(
            "max_count_age_hours",
            Takes::Count,
            "The age in hours from which the count of a view is reported as old.",
        )
        .default("24"),
        key(
            "route",
            Takes::Word(&["ids", "view", "territory", "frozen-ids"]),
            "The only route that the plan may take.",
        ),
        key("credits", Takes::Part(&CREDITS), "What calls cost, in API credits."),
    ],
};

/// `credits` of a policy.
pub static CREDITS: Part = Part {
    name: "`credits`",
    keys: &[
        key("mass_update", Takes::Count, "A mass update call.").default("1"),
        key("job_status", Takes::Count, "A call for the status of a job.").default("1"),
        key("polls", Takes::Count, "How often the status of a job is polled, at least.")
            .default("1"),
        key("read_page", Takes::Count, "A page of 200 records of a view.").default("3"),
        key("bulk_read", Takes::Count, "A bulk read of one page of 200,000 records.").default("50"),
        key("update_ten", Takes::Count, "Ten records of the ordinary update call.").default("1"),
        key("bulk_write", Takes::Count, "A bulk write of 25,000 records.").default("500"),
        key("other", Takes::Count, "Any other call.").default("1"),
    ],
};
