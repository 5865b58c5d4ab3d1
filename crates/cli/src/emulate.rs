//! `massup emulate`.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use massup_emulator::metadata::Description;
use massup_emulator::seed;
use massup_emulator::server::{self, Server};
use massup_emulator::settings::Settings;
use massup_emulator::{Clock, Emulator, Request};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Outcome;
use crate::args::{EmulateArgs, FaultArgs, Format, Global};
use crate::output;
use crate::render;

/// Serves the emulator until the process is asked to stop.
///
/// # Errors
///
/// A file cannot be read or is not what it should be, or the address cannot be taken.
pub(crate) fn run(args: &EmulateArgs, global: &Global) -> Result<Outcome> {
    let emulator = Arc::new(open(args)?);
    if args.demo {
        demonstrate(&emulator);
    }
    let address = (args.host, args.port).into();
    if !args.host.to_canonical().is_loopback() {
        let host = args.host;
        output::remark(&format!(
            "warning: `--host {host}` lets other machines call the emulator: anyone with an access token can \
             read and change its records"
        ));
    }
    let announce = |server: &Server| {
        for name in &args.allow_host {
            server.allow_host(name);
        }
        let text = match (global.format, global.quiet) {
            (Format::Json, _) => described(server)?,
            (_, true) => return Ok(()),
            _ => greeting(server, args)?.into_bytes(),
        };
        let mut out = anstream::stdout().lock();
        out.write_all(&text)?;
        out.flush()
    };
    server::serve(emulator, address, announce, server::interrupted())
        .with_context(|| format!("cannot serve on {address}"))?;
    if !global.quiet {
        output::remark("stopped");
    }
    Ok(Outcome::Clean)
}

/// The emulator with its organisation, settings and faults.
fn open(args: &EmulateArgs) -> Result<Emulator> {
    let emulator = match &args.data {
        Some(file) => Emulator::open(file)
            .with_context(|| format!("cannot keep the organisation in `{}`", file.display()))?,
        None => Emulator::seeded()?,
    };
    if args.data.is_none() {
        emulator.set_clock(Clock::System { ahead: 0 });
    }
    if let Some(file) = &args.import {
        let mut description = read(file, Description::from_json)?;
        seed::sign_in(&mut description);
        emulator
            .import(&description)
            .with_context(|| format!("cannot import `{}`", file.display()))?;
    }
    let mut settings = match &args.settings {
        Some(file) => read(file, Settings::from_json)?,
        // Those that are kept with the data.
        None => emulator.settings(),
    };
    faults(&args.faults, &mut settings);
    emulator.configure(|current| *current = settings);
    Ok(emulator)
}

fn read<T>(file: &Path, read: impl Fn(&[u8]) -> serde_json::Result<T>) -> Result<T> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    read(&bytes).with_context(|| format!("`{}` is not what was expected", file.display()))
}

/// Puts the faults of the flags over those of the settings.
fn faults(args: &FaultArgs, settings: &mut Settings) {
    let faults = &mut settings.faults;
    for (flag, fault) in [
        (args.errors_before, &mut faults.errors_before),
        (args.errors_after, &mut faults.errors_after),
        (args.drops_before, &mut faults.drops_before),
        (args.drops_after, &mut faults.drops_after),
        (args.too_many_requests, &mut faults.too_many_requests),
        (args.invalid_tokens, &mut faults.invalid_tokens),
    ] {
        *fault = flag.unwrap_or(*fault);
    }
    faults.latency_ms = args.latency.unwrap_or(faults.latency_ms);
    faults.stall_jobs_after = args.stall_jobs_after.or(faults.stall_jobs_after);
    faults.fail_jobs_after = args.fail_jobs_after.or(faults.fail_jobs_after);
}

fn greeting(server: &Server, args: &EmulateArgs) -> io::Result<String> {
    let mut text = server.greeting()?;
    let kept = match &args.data {
        Some(file) => format!("kept in {}", output::printable(&file.display().to_string())),
        None => "kept in memory; --data FILE keeps it".to_owned(),
    };
    let _ = write!(text, "\npage: {}/\ndata: {kept}\nstop with Ctrl-C\n", server.url()?);
    Ok(text)
}

/// What a program wants to know: where to call, and with what.
fn described(server: &Server) -> io::Result<Vec<u8>> {
    let url = server.url()?;
    let token = server.token();
    let client = server.client();
    let client = client.as_ref().map(|client| ClientData {
        client_id: &client.client_id,
        client_secret: &client.client_secret,
        refresh_token: &client.refresh_token,
    });
    let control_token = server.control_token();
    let started = Started { url: &url, access_token: token.as_deref(), client, control_token };
    let mut line = Vec::new();
    render::json::line(&started, &mut line).map_err(io::Error::other)?;
    Ok(line)
}

/// A server that has started.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Started<'s> {
    /// The address of the API and of the accounts server.
    url: &'s str,
    /// An access token; `null` if the organisation has none.
    access_token: Option<&'s str>,
    /// A client with its refresh token; `null` if the organisation has none.
    client: Option<ClientData<'s>>,
    /// The token that other machines need for the addresses under `/__emulator`.
    control_token: &'s str,
}

/// A client of the accounts server.
#[derive(Serialize, JsonSchema)]
struct ClientData<'s> {
    client_id: &'s str,
    client_secret: &'s str,
    refresh_token: &'s str,
}

/// Makes something to look at: a few jobs that take their time.
fn demonstrate(emulator: &Emulator) {
    // The longest job, of 1,001 records, takes about half a minute.
    emulator.configure(|settings| {
        settings.job_batch = settings.job_batch.min(4);
        settings.job_pause_ms = settings.job_pause_ms.max(120);
    });
    let organisation = emulator.organisation();
    let token = organisation.tokens.first().map(|token| token.token.clone()).unwrap_or_default();
    for (module, name, field, value) in [
        ("Vehicles", "First 1001", "Fuel", json!("Electric")),
        ("Leads", "Not Contacted", "City", json!("Chennai")),
        ("Deals", "Big Deals", "Type", json!("Existing Business")),
    ] {
        let views = organisation.modules.iter().filter(|known| known.api_name == module);
        let Some(view) = views.flat_map(|module| &module.views).find(|view| view.name == name)
        else {
            continue;
        };
        let body: Value = json!({ "data": [{ field: value }], "cvid": view.id });
        let path = format!("/crm/v8/{module}/actions/mass_update");
        emulator.handle(&Request::new("POST", &path).with_token(&token).with_json(&body));
    }
}
