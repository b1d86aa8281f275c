/// A minute, an hour and a day, in seconds.
pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// What the hub does at most. Times are in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Subscriptions of all topics.
    pub subscriptions: usize,
    /// Subscriptions of one topic.
    pub per_topic: usize,
    /// Subscriptions whose callbacks are on one host.
    pub per_host: usize,
    /// Requests that wait for their verification, of all hosts; those who have subscribed may always ask.
    pub asked: usize,
    /// The same of one host.
    pub asked_per_host: usize,
    /// Requests that one client may make at once, and how many seconds later it may make one more.
    pub requests_per_client: (u32, i64),
    /// Verifications that may be asked of one host at once for who has not subscribed, and how many seconds later one more.
    pub verifications_per_host: (u32, i64),
    /// The same of all hosts.
    pub verifications: (u32, i64),
    /// The same for one who has subscribed, whatever is asked of his host.
    pub renewals: (u32, i64),
    /// Requests to callbacks that are under way, of all hosts.
    pub at_once: usize,
    /// The same to one host.
    pub at_once_per_host: usize,
    /// How long a delivery takes for its subscriber to be slow.
    pub slow: i64,
    /// Those of them that may be for deliveries that failed before, or to who was slow; to one host it is half of the above.
    /// To a host that gave no answer last time nothing else is under way.
    pub retries_at_once: usize,
    /// Those of them that may be verifications; to one host it is one.
    pub verifications_at_once: usize,
    /// How long a verification may be waited for, with all its tries.
    pub verified_within: i64,
    /// How often a verification or denial is sent to a host that gives no answer.
    pub tries: u32,
    /// The lease of those who do not ask for one.
    pub lease: i64,
    /// The shortest lease.
    pub shortest_lease: i64,
    /// The longest lease.
    pub longest_lease: i64,
    /// How long a registration over rssCloud lasts.
    pub cloud_lease: i64,
    /// How long after a first failure a delivery is tried again; then after twice that, and so on.
    pub first_pause: i64,
    /// The longest such pause, and the longest that a callback can ask for.
    pub longest_pause: i64,
    /// How long a delivery is tried again in this way. After that it is tried once in as much time, and when the topic changes.
    pub persistence: i64,
    /// How long a public feed may be away before its subscribers are told that it is closed.
    pub absence: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            subscriptions: 50_000,
            per_topic: 20_000,
            per_host: 10_000,
            asked: 1_000,
            asked_per_host: 300,
            requests_per_client: (300, 2),
            verifications_per_host: (300, 2),
            verifications: (1_000, 1),
            renewals: (10, MINUTE),
            at_once: 128,
            at_once_per_host: 8,
            slow: 3,
            retries_at_once: 32,
            verifications_at_once: 16,
            verified_within: HOUR,
            tries: 3,
            lease: 10 * DAY,
            shortest_lease: 5 * MINUTE,
            longest_lease: 30 * DAY,
            cloud_lease: 25 * HOUR,
            first_pause: 10,
            longest_pause: 6 * HOUR,
            persistence: DAY,
            absence: 15 * MINUTE,
        }
    }
}
