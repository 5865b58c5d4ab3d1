//! Names the shared library for the loader: programs are linked to a version of the interface.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libmassup.so.0");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
