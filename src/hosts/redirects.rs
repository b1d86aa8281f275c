//! `_redirects`, as Netlify and Cloudflare Pages read it. Neither knows how to say that something was withdrawn: its file is not
//! there.

use super::Rules;
use super::guesses::OF_CATEGORIES;
use std::fmt::Write;

const HEAD: &str = "# Made anew with the files around it: leave it as it is.\n";

/// Where which address leads.
pub fn file(rules: &Rules) -> String {
    let mut told = HEAD.to_owned();
    for (address, outcome) in &rules.leads {
        // They take an address with a `/` at its end for the same.
        if let (Some(to), false) = (outcome.to(), address.ends_with('/')) {
            let _ = writeln!(told, "{address} {to} {}", outcome.status());
        }
    }
    for slug in &rules.categories {
        for (ending, suffix) in OF_CATEGORIES.into_iter().filter(|(ending, _)| !ending.ends_with('/')) {
            let _ = writeln!(told, "/{slug}/{ending} {}feeds/{slug}.{suffix} 301", rules.base);
        }
    }
    told
}
