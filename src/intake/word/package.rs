//! The package a Word file is: members by name, inflated within bounds, never written anywhere. The only place that
//! knows the zip crate.

use super::fault::Fault;
use crate::intake::{LONGEST_PACKED, LONGEST_UNPACKED, MOST_MEMBERS, MOST_SQUEEZED, SQUEEZED_FROM};
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// A package.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Where each member is, by its name in lower case.
    places: HashMap<String, usize>,
    /// How many bytes may still come out of it.
    left: usize,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        if bytes.len() > LONGEST_PACKED {
            return Err(Fault::TooLong);
        }
        // What Word encrypts it puts into a file of the kind it wrote before 2007 ([MS-OFFCRYPTO], 1.3.2).
        if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err(if has_utf16(bytes, "EncryptedPackage") { Fault::Protected } else { Fault::OldWord });
        }
        let headers = bytes.windows(4).filter(|window| *window == b"PK\x01\x02");
        if headers.take(MOST_MEMBERS + 1).count() > MOST_MEMBERS {
            return Err(Fault::TooManyMembers);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
        let name = |index| Some((archive.name_for_index(index)?.ok()?.to_lowercase(), index));
        let places: HashMap<String, usize> = (0..archive.len()).filter_map(name).collect();
        Ok(Self { archive, places, left: LONGEST_UNPACKED })
    }

    /// The names of its members, in lower case.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// A member, if there is one of that name, of at most `longest` bytes; of a longer one a byte more than that.
    pub(super) fn member(&mut self, name: &str, longest: usize) -> Result<Option<Vec<u8>>, Fault> {
        let Some(index) = self.places.get(&name.to_lowercase()) else { return Ok(None) };
        let member = self.archive.by_index(*index).map_err(fault)?;
        let packed = usize::try_from(member.compressed_size()).unwrap_or(usize::MAX);
        let squeezed = packed.saturating_mul(MOST_SQUEEZED).max(SQUEEZED_FROM);
        let most = longest.min(self.left).min(squeezed);
        let mut bytes = Vec::new();
        member.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|_| Fault::Damaged)?;
        if bytes.len() > squeezed {
            return Err(Fault::TooSqueezed);
        }
        self.left = self.left.checked_sub(bytes.len()).ok_or(Fault::TooLongUnpacked)?;
        Ok(Some(bytes))
    }

    /// The text of a member of XML.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Some(bytes) = self.member(name, LONGEST_UNPACKED)? else { return Ok(None) };
        let text = match bytes.as_slice() {
            [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
            [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
            [0xEF, 0xBB, 0xBF, rest @ ..] => str::from_utf8(rest).map_err(|_| Fault::Damaged)?.to_owned(),
            _ => String::from_utf8(bytes).map_err(|_| Fault::Damaged)?,
        };
        Ok(Some(text))
    }
}

fn fault(error: ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            Fault::Protected
        }
        _ => Fault::Damaged,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).collect::<Result<_, _>>().map_err(|_| Fault::Damaged)
}

fn has_utf16(bytes: &[u8], text: &str) -> bool {
    let wanted: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
pub(in crate::intake) mod tests {
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// A package of these members.
    pub(in crate::intake) fn packed<B: AsRef<[u8]>>(members: &[(&str, B)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default()).expect("a name");
            writer.write_all(bytes.as_ref()).expect("memory takes it");
        }
        writer.finish().expect("memory takes it").into_inner()
    }
}
