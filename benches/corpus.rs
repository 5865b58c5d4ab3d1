//! Request bodies of every legal form, a twentieth of them faulty.

/// A request body on Deals.
#[derive(Clone, Debug)]
pub struct Document {
    /// The JSON text.
    pub text: String,
    /// Whether the text was made without a fault.
    pub clean: bool,
}

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// As programs write it: without white space, or with one space after commas and colons.
    Machine,
    /// One item a line, indented.
    Pretty,
}

/// A random number generator with a fixed sequence: `SplitMix64`.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        usize::try_from(bits % limit.max(1) as u64).unwrap_or(0)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of some items.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }

    /// Puts items into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

/// The fields that bodies set: API name, data type.
pub const FIELDS: [(&str, &str); 12] = [
    ("Next_Step", "text"),
    ("Lead_Source", "picklist"),
    ("Type", "picklist"),
    ("Probability", "integer"),
    ("Amount", "currency"),
    ("Closing_Date", "date"),
    ("Campaign_Note", "text"),
    ("Reviewed", "boolean"),
    ("Languages_Known", "multiselectpicklist"),
    ("Reference_Number", "text"),
    ("Discount", "percent"),
    ("Regions", "multiselectpicklist"),
];

/// The options of every picklist.
pub const OPTIONS: [&str; 12] = [
    "Advertisement",
    "Cold Call",
    "Employee Referral",
    "External Referral",
    "Online Store",
    "Partner",
    "Public Relations",
    "Sales Email Alias",
    "Seminar",
    "Trade Show",
    "Web Download",
    "Web Research",
];

/// `count` bodies: those by `ids` have `ids` of them.
pub fn corpus(count: usize, ids: usize, layout: Layout, seed: u64) -> Vec<Document> {
    let random = &mut Random::new(seed);
    (0..count).map(|_| document(ids, layout, random)).collect()
}

fn document(ids: usize, layout: Layout, random: &mut Random) -> Document {
    let clean = !random.once_in(20);
    let fault = if clean { FAULTS.len() } else { random.below(FAULTS.len()) };
    let is = |name: &str| FAULTS.get(fault) == Some(&name);
    let mut fields: Vec<_> = FIELDS.to_vec();
    random.shuffle(&mut fields);
    fields.truncate(if is("too many fields") { 4 } else { 1 + random.below(3) });
    let mut arrays = false;
    let mut members = Vec::new();
    for (name, data_type) in fields {
        arrays |= data_type == "multiselectpicklist";
        let value = if is("null") { "null".to_owned() } else { value(data_type, random) };
        members.push(format!("{}:{value}", quoted(name)));
    }
    let mut body = vec![format!("\"data\":[{{{}}}]", members.join(","))];
    if is("over_write as a string") {
        body.push("\"over_write\":\"true\"".to_owned());
    } else if arrays {
        body.push(format!("\"over_write\":{}", random.once_in(2)));
    } else if random.once_in(4) {
        body.push("\"over_write\":false".to_owned());
    }
    // Most calls are by ids.
    let about_ids = ["repeated id", "id with a letter", "both selections"];
    let by_view = !about_ids.into_iter().any(&is) && random.once_in(5);
    if by_view || is("both selections") {
        body.push(format!("\"cvid\":{}", id(random.below(400))));
        if random.once_in(2) && !is("both selections") {
            let child = if random.once_in(2) { ",\"include_child\":true" } else { "" };
            body.push(format!("\"territory\":{{\"id\":{}{child}}}", id(900 + random.below(30))));
        }
    }
    if !by_view {
        // Ids as an organisation has them: ascending with gaps, in half of the calls in any order.
        let mut at = random.below(1_000_000);
        let mut list: Vec<String> = Vec::with_capacity(ids);
        for _ in 0..ids {
            at += 1 + random.below(60);
            list.push(id(at));
        }
        if random.once_in(2) {
            random.shuffle(&mut list);
        }
        if is("repeated id") {
            list.extend(list.first().cloned());
        }
        if is("id with a letter") {
            list.push("\"55402300000O497007\"".to_owned());
        }
        body.push(format!("\"ids\":[{}]", list.join(",")));
    }
    if is("unknown key") {
        body.push("\"trigger\":[]".to_owned());
    }
    if random.once_in(2) {
        random.shuffle(&mut body);
    }
    let text = format!("{{{}}}", body.join(","));
    let text = match layout {
        Layout::Pretty => laid_out(&text, true),
        Layout::Machine if random.once_in(2) => laid_out(&text, false),
        Layout::Machine => text,
    };
    Document { text, clean }
}

const FAULTS: [&str; 7] = [
    "repeated id",
    "id with a letter",
    "unknown key",
    "null",
    "both selections",
    "over_write as a string",
    "too many fields",
];

fn id(number: usize) -> String {
    format!("\"{}\"", 554_023_000_000_000_000_u64 + number as u64)
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn value(data_type: &str, random: &mut Random) -> String {
    match data_type {
        "integer" => random.below(100).to_string(),
        "currency" => format!("{}.{:02}", random.below(100_000), random.below(100)),
        "percent" => random.below(101).to_string(),
        "boolean" => random.once_in(2).to_string(),
        "date" => format!("\"2026-{:02}-{:02}\"", 1 + random.below(12), 1 + random.below(28)),
        "picklist" => quoted(random.pick(&OPTIONS).copied().unwrap_or_default()),
        "multiselectpicklist" => {
            let mut options = OPTIONS.to_vec();
            random.shuffle(&mut options);
            options.truncate(1 + random.below(4));
            let options: Vec<_> = options.into_iter().map(quoted).collect();
            format!("[{}]", options.join(","))
        }
        _ => {
            let words = ["call", "offer", "Zürich", "caf\\u00e9", "a \\\"b\\\"", "2026", "renewal"];
            let text = (0..=random.below(5)).filter_map(|_| random.pick(&words).copied());
            quoted(&text.collect::<Vec<_>>().join(" "))
        }
    }
}

/// Adds a space after commas and colons or, with `lines`, a line for each item.
fn laid_out(text: &str, lines: bool) -> String {
    let mut to = String::new();
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let line = |to: &mut String, depth: usize| {
        to.push('\n');
        to.extend(std::iter::repeat_n("  ", depth));
    };
    for letter in text.chars() {
        if lines && !in_string && matches!(letter, '}' | ']') {
            depth = depth.saturating_sub(1);
            line(&mut to, depth);
        }
        to.push(letter);
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '{' | '[' if lines => {
                depth += 1;
                line(&mut to, depth);
            }
            ',' if lines => line(&mut to, depth),
            ',' | ':' => to.push(' '),
            _ => {}
        }
    }
    to
}
