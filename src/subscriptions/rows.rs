//! Rows as subscriptions.

use crate::edition::VersionName;
use crate::hub::{Address, Asks, Callback, Protocol, Secret, State, Subscription, Wish};
use crate::words::{FeedName, Format, Outlet, Timestamp, Token, Topic};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};

pub(super) const TABLE: &str = "
CREATE TABLE subscription (
    number INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    token TEXT,
    format TEXT NOT NULL,
    address TEXT NOT NULL,
    callback TEXT NOT NULL,
    protocol TEXT NOT NULL,
    secret TEXT,
    state TEXT NOT NULL,
    until INTEGER,
    wish TEXT,
    wish_lease INTEGER,
    wish_secret TEXT,
    wish_at INTEGER,
    wish_echoed TEXT,
    wish_tries INTEGER,
    wish_next_try INTEGER,
    since INTEGER NOT NULL,
    began BLOB NOT NULL,
    acknowledged BLOB,
    acknowledged_at INTEGER,
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    tried INTEGER,
    next_try INTEGER NOT NULL
);
";

const PUT: &str = "
INSERT OR REPLACE INTO subscription VALUES (
    :number, :feed, :token, :format, :address, :callback, :protocol, :secret, :state, :until, :wish, :wish_lease,
    :wish_secret, :wish_at, :wish_echoed, :wish_tries, :wish_next_try, :since, :began, :acknowledged, :acknowledged_at,
    :failures, :failing_since, :tried, :next_try
)";

pub(super) fn put(connection: &Connection, subscription: &Subscription) -> rusqlite::Result<()> {
    let Subscription {
        number,
        topic: Topic { outlet: Outlet { name, token }, format },
        address,
        callback,
        protocol,
        secret,
        state,
        wish,
        since,
        began,
        acknowledged,
        acknowledged_at,
        failures,
        failing_since,
        tried,
        next_try,
    } = subscription;
    let seconds = |at: &Timestamp| at.seconds();
    let (state, until) = match state {
        State::Asked => ("asked", None),
        State::Active { until } => ("active", Some(until.seconds())),
        State::Denied => ("denied", None),
    };
    let (asks, wish_lease, wish_secret) = match wish.as_ref().map(|wish| &wish.asks) {
        None => (None, None, None),
        Some(Asks::Subscribe { lease, secret }) => (Some("subscribe"), Some(*lease), secret.as_ref()),
        Some(Asks::Unsubscribe) => (Some("unsubscribe"), None, None),
    };
    let echoed =
        wish.as_ref().map(|wish| serde_json::to_string(&wish.echoed).expect("pairs of text are JSON"));
    connection.prepare_cached(PUT)?.execute(named_params! {
        ":number": number.cast_signed(),
        ":feed": name.to_string(),
        ":token": token.as_ref().map(Token::secret),
        ":format": format.suffix(),
        ":address": address.as_str(),
        ":callback": callback.as_str(),
        ":protocol": protocol_name(*protocol),
        ":secret": secret.as_ref().map(Secret::reveal),
        ":state": state,
        ":until": until,
        ":wish": asks,
        ":wish_lease": wish_lease,
        ":wish_secret": wish_secret.map(Secret::reveal),
        ":wish_at": wish.as_ref().map(|wish| wish.at.seconds()),
        ":wish_echoed": echoed,
        ":wish_tries": wish.as_ref().map(|wish| wish.tries),
        ":wish_next_try": wish.as_ref().map(|wish| wish.next_try.seconds()),
        ":since": since.seconds(),
        ":began": began.as_bytes(),
        ":acknowledged": acknowledged.as_ref().map(VersionName::as_bytes),
        ":acknowledged_at": acknowledged_at.as_ref().map(seconds),
        ":failures": failures,
        ":failing_since": failing_since.as_ref().map(seconds),
        ":tried": tried.as_ref().map(seconds),
        ":next_try": next_try.seconds(),
    })?;
    Ok(())
}

pub(super) fn drop(connection: &Connection, number: u64) -> rusqlite::Result<()> {
    let sql = "DELETE FROM subscription WHERE number = ?1";
    connection.prepare_cached(sql)?.execute(params![number.cast_signed()])?;
    Ok(())
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Subscription>> {
    let mut statement = connection.prepare("SELECT * FROM subscription ORDER BY number")?;
    statement.query_map([], read)?.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let token = row.get::<_, Option<String>>("token")?;
    let token = token.map(|token| Token::parse(&token).ok_or_else(|| nonsense("token"))).transpose()?;
    let outlet = Outlet { name: parsed(row, "feed", FeedName::parse)?, token };
    let format =
        parsed(row, "format", |text| Format::ALL.into_iter().find(|format| format.suffix() == text))?;
    let until = time(row, "until")?;
    Ok(Subscription {
        number: row.get::<_, i64>("number")?.cast_unsigned(),
        topic: Topic { outlet, format },
        address: Address::new(&row.get::<_, String>("address")?),
        callback: parsed(row, "callback", Callback::parse)?,
        protocol: parsed(row, "protocol", protocol)?,
        secret: secret(row, "secret")?,
        state: parsed(row, "state", |text| match (text, until) {
            ("asked", None) => Some(State::Asked),
            ("active", Some(until)) => Some(State::Active { until }),
            ("denied", None) => Some(State::Denied),
            _ => None,
        })?,
        wish: wish(row)?,
        since: needed(row, "since")?,
        began: VersionName::from_bytes(row.get("began")?),
        acknowledged: row.get::<_, Option<_>>("acknowledged")?.map(VersionName::from_bytes),
        acknowledged_at: time(row, "acknowledged_at")?,
        failures: row.get("failures")?,
        failing_since: time(row, "failing_since")?,
        tried: time(row, "tried")?,
        next_try: needed(row, "next_try")?,
    })
}

fn wish(row: &Row<'_>) -> rusqlite::Result<Option<Wish>> {
    let asks = match row.get::<_, Option<String>>("wish")?.as_deref() {
        None => return Ok(None),
        Some("subscribe") => {
            Asks::Subscribe { lease: row.get("wish_lease")?, secret: secret(row, "wish_secret")? }
        }
        Some("unsubscribe") => Asks::Unsubscribe,
        Some(_) => return Err(nonsense("wish")),
    };
    Ok(Some(Wish {
        asks,
        at: needed(row, "wish_at")?,
        echoed: parsed(row, "wish_echoed", |text| serde_json::from_str(text).ok())?,
        tries: row.get("wish_tries")?,
        next_try: needed(row, "wish_next_try")?,
    }))
}

const PROTOCOLS: [(Protocol, &str); 2] = [(Protocol::WebSub, "websub"), (Protocol::Cloud, "rsscloud")];

fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::WebSub => PROTOCOLS[0].1,
        Protocol::Cloud => PROTOCOLS[1].1,
    }
}

fn protocol(name: &str) -> Option<Protocol> {
    PROTOCOLS.into_iter().find(|(_, known)| *known == name).map(|(protocol, _)| protocol)
}

fn secret(row: &Row<'_>, column: &'static str) -> rusqlite::Result<Option<Secret>> {
    let text = row.get::<_, Option<String>>(column)?;
    text.map(|text| Secret::parse(&text).ok_or_else(|| nonsense(column))).transpose()
}

fn time(row: &Row<'_>, column: &'static str) -> rusqlite::Result<Option<Timestamp>> {
    let seconds = row.get::<_, Option<i64>>(column)?;
    seconds.map(|seconds| Timestamp::from_seconds(seconds).ok_or_else(|| nonsense(column))).transpose()
}

fn needed(row: &Row<'_>, column: &'static str) -> rusqlite::Result<Timestamp> {
    time(row, column)?.ok_or_else(|| nonsense(column))
}

fn parsed<T>(
    row: &Row<'_>,
    column: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    parse(row.get_ref(column)?.as_str()?).ok_or_else(|| nonsense(column))
}

/// A value that we never wrote.
fn nonsense(column: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, column.into())
}
