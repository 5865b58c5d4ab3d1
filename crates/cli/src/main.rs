//! The `massup` binary: lint, plan and run Zoho CRM mass updates, offline first.

fn main() -> std::process::ExitCode {
    massup_cli::main()
}
