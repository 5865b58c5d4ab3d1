//! `massup pull`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use massup_model::ApiVersion;
use massup_model::catalogue::{Code, Endpoint};
use massup_model::module::is_api_name;
use massup_model::response::Answer;
use serde_json::{Map, Value, json};

use crate::Outcome;
use crate::api_client::{self, Client};
use crate::args::{Format, Global, PullArgs};
use crate::output;
use crate::staged::Staged;

/// Where snapshots are, unless the user says otherwise.
const FOLDER: &str = ".massup/snapshot";

/// Pages of a list at most; no organisation has as many views.
const MAX_PAGES: usize = 500;

/// Takes a snapshot of modules.
///
/// # Errors
///
/// A call has no answer, or an answer that nothing can be done about, or a file cannot be written.
pub(crate) fn run(args: &PullArgs, global: &Global) -> Result<Outcome> {
    // The names become parts of paths.
    if let Some(name) = args.module.iter().find(|name| !is_api_name(name)) {
        output::complain(&format!(
            "`{name}` is no module API name: a letter, then letters, digits and underscores"
        ));
        return Ok(Outcome::Usage);
    }
    let Some(http) = api_client::transport(&args.api)? else {
        output::complain(api_client::NO_CREDENTIALS);
        return Ok(Outcome::Usage);
    };
    let folder = args.snapshot.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let version = args.api_version.unwrap_or(ApiVersion::LATEST);
    let mut pull = Pull {
        api: Client::new(http, version, global.quiet),
        staged: Staged::begin(&folder)?,
        quiet: global.quiet,
        files: Vec::new(),
        left_out: Vec::new(),
    };
    pull.organisation()?;
    for module in &args.module {
        pull.module(module)?;
    }
    pull.user()?;
    pull.summary(version, &args.module)?;
    let Pull { staged, quiet, files, left_out, .. } = pull;
    staged.publish()?;
    let pulled = Pulled { folder, files, left_out };
    pulled.report(global, quiet)?;
    Ok(Outcome::Clean)
}

struct Pull {
    api: Client,
    /// The snapshot as it will be: until all is there, the old one stays.
    staged: Staged,
    quiet: bool,
    /// The files written, as paths in the folder.
    files: Vec<String>,
    /// What the server does not let the caller see, with its word for it.
    left_out: Vec<(String, String)>,
}

impl Pull {
    /// What is about no module.
    fn organisation(&mut self) -> Result<()> {
        let modules = self.answers("modules.json", "settings/modules", &[], "modules")?;
        let territories =
            self.answers("territories.json", "settings/territories", &[], "territories")?;
        let count = |list: Option<Vec<Value>>| list.map_or("?".to_owned(), |l| l.len().to_string());
        self.say(&format!("modules: {}, territories: {}", count(modules), count(territories)));
        Ok(())
    }

    fn module(&mut self, module: &str) -> Result<()> {
        let of_module = [("module", module)];
        let fields = self.answers(
            &format!("fields/{module}.json"),
            "settings/fields",
            &of_module,
            "fields",
        )?;
        let file = format!("layouts/{module}.json");
        let layouts = self.answers(&file, "settings/layouts", &of_module, "layouts")?;
        self.dependencies(module, layouts.as_deref().unwrap_or_default())?;
        let file = format!("custom_views/{module}.json");
        let views = self.answers(&file, "settings/custom_views", &of_module, "custom_views")?;
        let ids: Vec<String> = views.iter().flatten().filter_map(id).collect();
        let mut counts = Map::new();
        for id in &ids {
            let file = format!("custom_views/{module}/{id}.json");
            self.answers(
                &file,
                &format!("settings/custom_views/{id}"),
                &of_module,
                "custom_views",
            )?;
            if let Some(count) = self.count(module, id)? {
                counts.insert(id.clone(), json!({ "count": count, "as_of": now() }));
            }
        }
        self.forget_views(module, &ids)?;
        let counted = counts.len();
        self.merge("counts.json", counts)?;
        let number = |list: &Option<Vec<Value>>| list.as_ref().map_or(0, Vec::len);
        let (fields, layouts) = (number(&fields), number(&layouts));
        self.say(&format!(
            "{module}: {fields} fields, {layouts} layouts, {} custom views, {counted} of them counted",
            ids.len()
        ));
        Ok(())
    }

    /// Which options depend on which, of all layouts of a module, as an array of answers.
    fn dependencies(&mut self, module: &str, layouts: &[Value]) -> Result<()> {
        let mut all = Vec::new();
        for layout in layouts.iter().filter_map(id) {
            let path = format!("settings/layouts/{layout}/map_dependency");
            let answer = self.api.read(&path, &[("module", module)])?;
            let what = format!("map_dependency/{module}.json");
            match self.body(&what, &answer, "map_dependency")? {
                Some(body) => all.push(body),
                None => return self.forget(&what),
            }
        }
        if layouts.is_empty() {
            return Ok(());
        }
        self.write(&format!("map_dependency/{module}.json"), &Value::Array(all))
    }

    /// How many records a view holds.
    fn count(&mut self, module: &str, view: &str) -> Result<Option<u64>> {
        let answer = self.api.read(&format!("{module}/actions/count"), &[("cvid", view)])?;
        let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let count = body.as_ref().and_then(|body| body.get("count")).and_then(Value::as_u64);
        if count.is_none() {
            self.refused(&format!("counts of custom views of {module}"), &answer)?;
        }
        Ok(count)
    }

    /// The caller: scopes where the token answer told them, profile, edition.
    fn user(&mut self) -> Result<()> {
        // An earlier snapshot may have been another caller's.
        let keys = ["profile_id", "user_id", "edition"];
        let mut known: Map<_, _> =
            keys.map(|key| (key.to_owned(), Value::Null)).into_iter().collect();
        let answer = self.api.read("users", &[("type", "CurrentUser")])?;
        if let Some(body) = self.body("user.json (profile)", &answer, "users")? {
            let user = body.pointer("/users/0").cloned().unwrap_or_default();
            if let Some(profile) = user.pointer("/profile/id") {
                known.insert("profile_id".to_owned(), profile.clone());
            }
            known.insert("user_id".to_owned(), user.get("id").cloned().unwrap_or_default());
        }
        let answer = self.api.read("org", &[])?;
        if let Some(body) = self.body("user.json (edition)", &answer, "org")?
            && let Some(edition) = body.pointer("/org/0/license_details/paid_type")
        {
            known.insert("edition".to_owned(), edition.clone());
        }
        match self.api.http().scopes() {
            Some(scopes) => drop(known.insert("scopes".to_owned(), json!(scopes))),
            None => self.left_out.push((
                "user.json (scopes)".to_owned(),
                "only the answer to a refresh token tells them; write them there by hand"
                    .to_owned(),
            )),
        }
        self.merge("user.json", known)
    }

    /// When the snapshot was taken, of what, and what it lacks.
    fn summary(&mut self, version: ApiVersion, modules: &[String]) -> Result<()> {
        let left_out = self.left_out.iter().map(|(what, why)| json!({ "what": what, "why": why }));
        let summary = json!({
            "taken_at": now(),
            "api_version": version.to_string(),
            "api_domain": self.api.http().api().as_str(),
            "modules": modules,
            "left_out": left_out.collect::<Value>(),
            "massup": env!("CARGO_PKG_VERSION"),
        });
        self.write("snapshot.json", &summary)
    }

    /// All pages of a list, kept as they came, and their items. `None` where the caller may not see it.
    fn answers(
        &mut self,
        file: &str,
        path: &str,
        query: &[(&str, &str)],
        root: &str,
    ) -> Result<Option<Vec<Value>>> {
        let (mut pages, mut items) = (Vec::new(), Vec::new());
        loop {
            let number = (pages.len() + 1).to_string();
            let mut query = query.to_vec();
            if !pages.is_empty() {
                query.push(("page", &number));
            }
            let answer = self.api.read(path, &query)?;
            let Some(page) = self.body(file, &answer, root)? else {
                // What an earlier snapshot held is not known any more.
                self.forget(file)?;
                return Ok(None);
            };
            let found = page.get(root).and_then(Value::as_array).cloned().unwrap_or_default();
            let more = page.pointer("/info/more_records").and_then(Value::as_bool) == Some(true);
            let empty = found.is_empty();
            items.extend(found);
            pages.push(page);
            if !more || empty {
                break;
            }
            if pages.len() == MAX_PAGES {
                bail!("GET {path} goes on after {MAX_PAGES} pages");
            }
        }
        let kept = if pages.len() == 1 { pages.remove(0) } else { Value::Array(pages) };
        self.write(file, &kept)?;
        Ok(Some(items))
    }

    /// The body of an answer; `None` where the server does not let the caller see it.
    fn body(
        &mut self,
        what: &str,
        answer: &massup_transport::Answer,
        root: &str,
    ) -> Result<Option<Value>> {
        // An empty list comes without a body.
        if answer.status == 204 {
            return Ok(Some(json!({ root: [] })));
        }
        let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if let Some(body) = body.filter(|body| body.get(root).is_some()) {
            return Ok(Some(body));
        }
        self.refused(what, answer)?;
        Ok(None)
    }

    /// Notes what the caller may not see.
    ///
    /// # Errors
    ///
    /// The server refuses for another reason.
    fn refused(&mut self, what: &str, answer: &massup_transport::Answer) -> Result<()> {
        let read = Answer::read(Endpoint::Any, &answer.body);
        let Some(error) = read.refusal() else {
            bail!("the answer for {what} cannot be read (HTTP {})", answer.status);
        };
        let code = error.code.as_str();
        let denied = matches!(
            error.code,
            Code::OauthScopeMismatch
                | Code::NoPermission
                | Code::AuthorizationFailed
                | Code::FeatureNotSupported
                | Code::TerritoryNotEnabled
                | Code::NotSupported
        );
        if matches!(error.code, Code::InvalidToken | Code::InvalidOauthtoken) {
            bail!(
                "the server refuses the access token: {code}; get a new one, or give a refresh token, from which \
                 massup gets them itself"
            );
        }
        if !denied {
            bail!("the server refuses {what}: {code} `{}`", error.message);
        }
        let entry = (what.to_owned(), format!("the server answers {code}"));
        if !self.left_out.contains(&entry) {
            self.left_out.push(entry);
        }
        Ok(())
    }

    /// Writes one of our own files over what it held before: keys that are told anew are replaced, and left
    /// out where they are `null`.
    fn merge(&mut self, file: &str, news: Map<String, Value>) -> Result<()> {
        let path = self.staged.path().join(file);
        let mut kept = match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str::<Map<String, Value>>(&text)
                .with_context(|| format!("`{}` is not what was expected", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Map::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
            }
        };
        kept.extend(news);
        kept.retain(|_, value| !value.is_null());
        self.write(file, &Value::Object(kept))
    }

    /// Takes away the files of views that are no longer there.
    fn forget_views(&self, module: &str, ids: &[String]) -> Result<()> {
        let folder = self.staged.path().join("custom_views").join(module);
        let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(()) };
        let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        for entry in entries {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let ours = path.extension().is_some_and(|end| end == "json")
                && massup_model::id::parse_digits(stem).is_ok();
            if ours && !known.contains(stem) {
                std::fs::remove_file(&path)
                    .with_context(|| format!("cannot remove `{}`", path.display()))?;
            }
        }
        Ok(())
    }

    fn forget(&mut self, file: &str) -> Result<()> {
        let path = self.staged.path().join(file);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove `{}`", path.display()))
            }
            _ => Ok(()),
        }
    }

    fn write(&mut self, file: &str, content: &Value) -> Result<()> {
        let path = self.staged.path().join(file);
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make folder `{}`", folder.display()))?;
        output::replace(&path, &format!("{content:#}\n"))?;
        if !self.files.iter().any(|known| known == file) {
            self.files.push(file.to_owned());
        }
        Ok(())
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            output::remark(text);
        }
    }
}

/// What came of it, told.
struct Pulled {
    folder: PathBuf,
    files: Vec<String>,
    left_out: Vec<(String, String)>,
}

impl Pulled {
    fn report(&self, global: &Global, quiet: bool) -> Result<()> {
        let left_out = &self.left_out;
        if global.format == Format::Json {
            let left_out = left_out.iter().map(|(what, why)| json!({ "what": what, "why": why }));
            let report = json!({
                "format": 1,
                "folder": self.folder.display().to_string(),
                "files": self.files,
                "left_out": left_out.collect::<Value>(),
            });
            return output::print(&format!("{report:#}\n"));
        }
        for (what, why) in left_out {
            output::remark(&format!("left unknown: {what}: {why}"));
        }
        if quiet {
            return Ok(());
        }
        let files = output::count(self.files.len(), "file");
        output::print(&format!(
            "{files} in {}\n",
            output::printable(&self.folder.display().to_string())
        ))
    }
}

fn id(item: &Value) -> Option<String> {
    let id = item.get("id")?;
    let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    // It becomes part of a path.
    massup_model::id::parse_digits(&text).is_ok().then_some(text)
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}
