//! `massup pull`.

mod left_out;
mod modules;
mod pages;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use massup_facts::SnapshotFile as File;
use massup_model::ApiVersion;
use massup_model::catalogue::Code;
use massup_model::module::is_api_name;
use massup_project::snapshot::FOLDER;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Outcome;
use crate::api_client::{self, Authorized, Client};
use crate::args::{Format, Global, PullArgs};
use crate::caller::Caller;
use crate::output;
use crate::staged::Staged;
use left_out::LeftOut;
use modules::{Module, Modules};
use pages::{Pages, read_list};

/// Downloads a snapshot.
///
/// # Errors
///
/// * A call has no answer, or an answer that refuses all calls.
/// * A file cannot be read or written.
pub(crate) fn run(args: &PullArgs, global: &Global) -> Result<Outcome> {
    // The names become parts of paths.
    if let Some(name) = args.module.iter().find(|name| !is_api_name(name)) {
        output::complain(&format!(
            "`{name}` is not an API name of a module: expected a letter, then letters, digits and underscores"
        ));
        return Ok(Outcome::Usage);
    }
    let http = match api_client::connection(&args.api)? {
        Ok(connection) => connection.http,
        Err(missing) => {
            output::complain(&missing);
            return Ok(Outcome::Usage);
        }
    };
    let folder = args.snapshot.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let version = args.api_version.unwrap_or(ApiVersion::LATEST);
    let client = Client::new(http, version, global.quiet);
    match take(&client, version, &folder, &args.module, global.quiet)? {
        Ok(taken) => {
            taken.report(&folder, global)?;
            Ok(Outcome::Clean)
        }
        Err(unknown) => {
            output::complain(&unknown);
            Ok(Outcome::Usage)
        }
    }
}

/// Downloads a snapshot of modules, or of all that take mass updates, into a folder. `Err` where the
/// organisation has no such module; the folder is then as it was.
fn take<S: Authorized>(
    client: &Client<S>,
    version: ApiVersion,
    folder: &Path,
    asked: &[String],
    quiet: bool,
) -> Result<Result<Taken, String>> {
    let staged = Staged::begin(folder)?;
    let (files, left_out) = (Vec::new(), LeftOut::default());
    let mut pull = Pull { client, staged, quiet, files, left_out };
    let known = pull.organisation()?;
    let modules = match modules::named(asked, known.as_ref()) {
        Ok(named) if named.is_empty() => modules::all(client, version, known.as_ref())?,
        Ok(named) => named,
        Err(unknown) => return Ok(Err(unknown)),
    };
    for module in &modules {
        pull.module(module)?;
    }
    pull.caller()?;
    pull.summary(version, &modules)?;
    let Pull { staged, files, left_out, .. } = pull;
    staged.publish()?;
    let mut seen = BTreeSet::new();
    let files = files.into_iter().filter(|file| seen.insert(file.clone())).collect();
    Ok(Ok(Taken { files, left_out }))
}

struct Pull<'a, S> {
    client: &'a Client<S>,
    /// The snapshot as it will be: until all is there, the old one stays.
    staged: Staged,
    quiet: bool,
    /// The files written, as paths in the folder.
    files: Vec<String>,
    left_out: LeftOut,
}

impl<S: Authorized> Pull<'_, S> {
    /// Everything that does not belong to a module. Returns the modules, if the caller may see them.
    fn organisation(&mut self) -> Result<Option<Modules>> {
        let modules = self.list(File::Modules, "settings/modules", &[], Module::of)?;
        let territories =
            self.list(File::Territories, "settings/territories", &[], |_| Some(()))?;
        let count = |number: Option<usize>| number.map_or("unknown".to_owned(), |n| n.to_string());
        self.say(&format!(
            "modules: {}, territories: {}",
            count(modules.as_ref().map(Vec::len)),
            count(territories.map(|list| list.len()))
        ));
        Ok(modules.map(Modules))
    }

    fn module(&mut self, module: &str) -> Result<()> {
        let of_module = [("module", module)];
        let fields =
            self.list(File::Fields(module), "settings/fields", &of_module, |_| Some(()))?;
        let layouts = self.list(File::Layouts(module), "settings/layouts", &of_module, id)?;
        self.dependencies(module, layouts.as_deref().unwrap_or_default())?;
        let views = self.list(File::Views(module), "settings/custom_views", &of_module, id)?;
        for view in views.iter().flatten() {
            self.view(module, view)?;
        }
        let views_seen = views.as_deref().unwrap_or_default();
        let gone = self.forget_views(module, views_seen)?;
        let counted = self.counts(module, views_seen, gone)?;
        let number = |known: Option<usize>, one: &str| {
            known.map_or_else(|| format!("unknown {one}s"), |number| output::count(number, one))
        };
        self.say(&format!(
            "{module}: {}, {}, {}, {counted} of them counted",
            number(fields.map(|list| list.len()), "field"),
            number(layouts.map(|list| list.len()), "layout"),
            number(views.map(|list| list.len()), "custom view"),
        ));
        Ok(())
    }

    /// Which options depend on which. A list of dependencies may lack their options, which each
    /// dependency has when it is read alone.
    fn dependencies(&mut self, module: &str, layouts: &[String]) -> Result<()> {
        let client = self.client;
        let (file, query) = (File::MapDependency(module).to_string(), [("module", module)]);
        let mut pages = Pages::new(self.staged.create(&file)?);
        for layout in layouts {
            let path = format!("settings/layouts/{layout}/map_dependency");
            let mut bare = Vec::new();
            let root = "map_dependency";
            let listed = read_list(client, &path, &query, root, &mut pages, |entry| {
                let whole = entry.get("pick_list_values").is_some();
                bare.extend(id(entry).filter(|_| !whole));
            })?;
            if let Err(refusal) = listed {
                self.left_out.add_id(&file, &refusal, layout);
            }
            for dependency in &bare {
                match client.read(&format!("{path}/{dependency}"), &query, root)? {
                    Ok(body) => pages.push(&body)?,
                    Err(refusal) => self.left_out.add_id(&file, &refusal, dependency),
                }
            }
        }
        let any = pages.number() > 0;
        pages.finish()?;
        if any {
            self.files.push(file);
            Ok(())
        } else {
            self.staged.remove(&file)
        }
    }

    /// One view, with its criteria.
    fn view(&mut self, module: &str, view: &str) -> Result<()> {
        let file = File::View { module, id: view };
        let path = format!("settings/custom_views/{view}");
        match self.client.read(&path, &[("module", module)], "custom_views")? {
            Ok(body) => self.write(file, &body),
            Err(refusal) => {
                let any = File::View { module, id: "{id}" }.to_string();
                self.left_out.add_id(&any, &refusal, view);
                self.staged.remove(&file.to_string())
            }
        }
    }

    /// How many records the views hold. Returns the number of views that are counted; what an older
    /// snapshot knew of the others, or of views that are gone, is removed.
    fn counts(&mut self, module: &str, views: &[String], gone: Vec<String>) -> Result<usize> {
        let what = format!("{} ({module})", File::Counts);
        let mut counts: Map<_, _> = gone.into_iter().map(|view| (view, Value::Null)).collect();
        let mut counted = 0;
        for (place, view) in views.iter().enumerate() {
            let path = format!("{module}/actions/count");
            let answer = self.client.read(&path, &[("cvid", view)], "count")?;
            let count = answer.map(|body| body.get("count").and_then(Value::as_u64));
            counted += usize::from(matches!(count, Ok(Some(_))));
            match count {
                Ok(Some(count)) => {
                    counts.insert(view.clone(), json!({ "count": count, "as_of": now() }));
                    continue;
                }
                Ok(None) => self.left_out.add_id(&what, &"the count is not a whole number", view),
                // A missing scope refuses the others in the same way.
                Err(refusal) if refusal.is(&Code::OauthScopeMismatch) => {
                    self.left_out.add(&what, &refusal);
                    counts.extend(views.iter().skip(place).map(|v| (v.clone(), Value::Null)));
                    break;
                }
                Err(refusal) => self.left_out.add_id(&what, &refusal, view),
            }
            counts.insert(view.clone(), Value::Null);
        }
        let file = File::Counts.to_string();
        self.staged.merge(&file, counts)?;
        self.files.push(file);
        Ok(counted)
    }

    /// The caller: profile, edition, and scopes where the token answer named them.
    fn caller(&mut self) -> Result<()> {
        let caller = Caller::read(self.client)?;
        if let Err(refusal) = &caller.user {
            self.left_out.add("user.json (profile)", refusal);
        }
        if let Err(refusal) = &caller.organisation {
            self.left_out.add("user.json (edition)", refusal);
        }
        if caller.scopes.is_none() {
            let why = "only the answer to a refresh token names them; write them there by hand";
            self.left_out.add("user.json (scopes)", &why);
        }
        caller.save(&self.staged)?;
        self.files.push(File::User.to_string());
        Ok(())
    }

    /// When the snapshot was taken, of what, and what it lacks.
    fn summary(&mut self, version: ApiVersion, modules: &[String]) -> Result<()> {
        let summary = json!({
            "taken_at": now(),
            "api_version": version.to_string(),
            "api_domain": self.client.session().domain(),
            "modules": modules,
            "left_out": self.left_out,
            "massup": env!("CARGO_PKG_VERSION"),
        });
        self.write(File::Snapshot, &summary)
    }

    /// Writes all pages of a list as they came, and returns what `keep` takes of its entries. `None` where
    /// the list is refused.
    fn list<T>(
        &mut self,
        file: File<'_>,
        path: &str,
        query: &[(&str, &str)],
        keep: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>> {
        let file = file.to_string();
        let root = path.rsplit('/').next().unwrap_or(path);
        let mut pages = Pages::new(self.staged.create(&file)?);
        let mut kept = Vec::new();
        let listed = read_list(self.client, path, query, root, &mut pages, |entry| {
            kept.extend(keep(entry));
        })?;
        match listed {
            Ok(()) => {}
            // An organisation without territories has none, which is known.
            Err(refusal)
                if root == "territories" && refusal.is_feature_off() && pages.number() == 0 =>
            {
                pages.push(&json!({ root: [] }))?;
            }
            Err(refusal) => {
                self.left_out.add(&file, &refusal);
                // What an older snapshot held is no longer known.
                self.staged.remove(&file)?;
                return Ok(None);
            }
        }
        pages.finish().with_context(|| format!("cannot write `{file}`"))?;
        self.files.push(file);
        Ok(Some(kept))
    }

    /// Removes the files of views that no longer exist, and returns their ids.
    fn forget_views(&self, module: &str, ids: &[String]) -> Result<Vec<String>> {
        let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let folder = format!("custom_views/{module}");
        let mut gone = Vec::new();
        for name in self.staged.names(&folder)? {
            let path = format!("{folder}/{name}");
            let Some(File::View { id, .. }) = File::parse(&path) else { continue };
            if massup_model::id::parse_digits(id).is_ok() && !known.contains(id) {
                self.staged.remove(&path)?;
                gone.push(id.to_owned());
            }
        }
        Ok(gone)
    }

    fn write(&mut self, file: File<'_>, content: &Value) -> Result<()> {
        let file = file.to_string();
        let mut pages = Pages::new(self.staged.create(&file)?);
        pages.push(content)?;
        pages.finish().with_context(|| format!("cannot write `{file}`"))?;
        self.files.push(file);
        Ok(())
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            output::remark(text);
        }
    }
}

/// A snapshot that is in its place.
struct Taken {
    files: Vec<String>,
    left_out: LeftOut,
}

/// What `massup pull` has downloaded.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Pulled<'p> {
    /// The number of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    format: u32,
    /// The directory of the snapshot.
    folder: String,
    /// Its files, relative to the directory.
    files: &'p [String],
    /// What the API refuses, and what is therefore unknown.
    left_out: &'p LeftOut,
}

impl Taken {
    fn report(&self, folder: &Path, global: &Global) -> Result<()> {
        if global.format == Format::Json {
            let Self { files, left_out } = self;
            let folder = folder.display().to_string();
            return output::json(&Pulled { format: 1, folder, files, left_out });
        }
        for line in self.left_out.lines() {
            output::remark(&line);
        }
        if global.quiet {
            return Ok(());
        }
        let files = output::count(self.files.len(), "file");
        output::print(&format!("{files} in {}\n", output::printable(&folder.display().to_string())))
    }
}

/// The id of an entry. It becomes part of a path, of a file and of a call: only digits are taken.
fn id(entry: &Value) -> Option<String> {
    let id = entry.get("id")?;
    let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    massup_model::id::parse_digits(&text).is_ok().then_some(text)
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}
