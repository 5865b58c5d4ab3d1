//! The `massup` binary: lint and plan Zoho CRM mass updates, offline first.

fn main() -> std::process::ExitCode {
    massup_cli::main()
}
