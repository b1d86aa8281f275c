/// What is asked of those who fetch, as `feeds/site.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manners {
    /// How often within an hour a client may fetch a feed that has not changed without saying that it has it; `None` when
    /// nobody is ever refused.
    pub refetches: Option<u32>,
    /// Clients that never are: what their `User-Agent` contains, in small letters.
    pub not_for: Vec<String>,
}

impl Manners {
    /// What is asked when nobody says otherwise. Who asks once in half a minute, all day, is not refused.
    pub const USUAL_REFETCHES: u32 = 120;
}

impl Default for Manners {
    fn default() -> Self {
        Self { refetches: Some(Self::USUAL_REFETCHES), not_for: Vec::new() }
    }
}
