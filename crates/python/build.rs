//! Lets the module be linked on macOS, where the interpreter provides its symbols.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
