use http::HeaderMap;

/// What is said of documents whatever their version and their relatives are.
const LASTING: [&str; 9] = [
    "content-type",
    "cache-control",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "content-security-policy",
    "cross-origin-resource-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-robots-tag",
];

/// Headers that documents of one class share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said(Vec<(&'static str, String)>);

impl Said {
    /// What an answer says that lasts.
    pub fn of(headers: &HeaderMap) -> Self {
        let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self(LASTING.into_iter().filter_map(|name| Some((name, value(name)?))).collect())
    }

    /// The same where each file has a type of its own.
    pub(super) fn without_type(self) -> Self {
        Self(self.0.into_iter().filter(|(name, _)| *name != LASTING[0]).collect())
    }

    fn get(&self, wanted: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value)
    }

    /// What it is; nothing where each file has a type of its own.
    pub fn content_type(&self) -> &str {
        self.get("content-type")
    }

    /// How long it may be used without asking.
    pub fn cache_control(&self) -> &str {
        self.get("cache-control")
    }

    /// All but the type, in one order.
    pub fn others(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let others = self.0.iter().filter(|(name, _)| *name != LASTING[0]);
        others.map(|(name, value)| (*name, value.as_str()))
    }
}
