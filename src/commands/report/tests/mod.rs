//! Weeks of an office with the time handed in: what partners ask for is answered as the server does, and the reports are
//! compared whole.

mod office;
mod partner;
mod period;

/// Compares with `tests/expected/report/NAME`; with `BLESS=1` in the environment, writes it instead.
fn check(name: &str, printed: Vec<u8>) {
    let file = format!("{}/tests/expected/report/{name}", env!("CARGO_MANIFEST_DIR"));
    let printed = String::from_utf8(printed).expect("all of it is UTF-8");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &printed).expect("the expected text can be written");
    }
    let expected = std::fs::read_to_string(&file).expect("the expected text is there");
    assert_eq!(printed, expected, "{file} differs; BLESS=1 accepts what is printed now");
}
