//! Lint.
fn main() {
    divan::main();
}
