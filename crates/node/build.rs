//! Lets the module be linked where Node.js provides its symbols.

fn main() {
    napi_build::setup();
}
