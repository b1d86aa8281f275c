//! How the whole folder stands, for the summary.

use super::{Condition, Outlook, Papers};
use crate::journal::Reader;
use crate::render::receipt::{Waits, Whole};
use crate::words::{ContentPath, Problem, Text};
use std::collections::BTreeSet;

/// How many files of one kind are told of.
const MOST_TOLD: usize = 101;

/// How the whole folder stands. `in_the_way` are files among the receipts that bantin did not write.
pub(super) fn whole(
    apart: Apart,
    outlook: &Outlook,
    in_the_way: &BTreeSet<String>,
    reader: &Reader,
) -> rusqlite::Result<Whole> {
    let Apart { unusable, wrong, remarked, paths } = apart;
    let (mut pressing, mut remarks) = reader.pressing_remarks(MOST_TOLD)?;
    for path in &paths {
        // What the journal remembers of them does not count.
        if reader.remarks_at(path)?.iter().any(Problem::is_pressing) {
            pressing = pressing.saturating_sub(1);
        }
    }
    remarks.retain(|remark| !paths.contains(&remark.path));
    pressing += remarked.iter().map(|remark| &remark.path).collect::<BTreeSet<_>>().len();
    remarks.extend(remarked);
    remarks.retain(Problem::is_pressing);
    let waits = reader.waiting(MOST_TOLD)?.into_iter();
    let waits = waits.filter_map(|line| Some(Waits { until: line.at, path: line.path?, title: line.title }));
    let strange = in_the_way.iter().map(|name| not_ours(name));
    Ok(Whole {
        published: outlook.published,
        waiting: outlook.waiting,
        unusable,
        pressing,
        faults: outlook.faults.iter().cloned().chain(strange).collect(),
        settings: outlook.settings.clone(),
        wrong,
        remarks,
        waits: waits.collect(),
    })
}

/// What the summary says of the files of which the journal does not say everything.
#[derive(Default)]
pub(super) struct Apart {
    unusable: usize,
    /// Of the first of those.
    wrong: Vec<Problem>,
    remarked: Vec<Problem>,
    /// Those whose remarks in the journal do not count.
    paths: BTreeSet<ContentPath>,
}

impl Apart {
    pub(super) fn of(papers: &Papers) -> Self {
        let mut apart = Self::default();
        for (path, condition) in &papers.apart {
            match condition {
                Condition::Unusable(problems) => {
                    apart.unusable += 1;
                    if apart.unusable <= MOST_TOLD {
                        apart.wrong.extend(problems.iter().cloned());
                    }
                    apart.paths.insert(path.clone());
                }
                Condition::Remarked(problems) => {
                    let pressing = problems.iter().filter(|problem| problem.is_pressing());
                    apart.remarked.extend(pressing.cloned());
                    apart.paths.insert(path.clone());
                }
                Condition::Remembered | Condition::Held(..) => {}
            }
        }
        apart
    }
}

fn not_ours(name: &str) -> (Text, Text) {
    (
        Text::new(
            format!("Giữa các phiếu báo có {name} không phải do máy chủ viết, nên được để nguyên"),
            format!("Among the receipts there is {name}, which the server did not write and leaves alone"),
        ),
        Text::new(
            "Hãy dời hoặc xóa tệp đó để phiếu báo có chỗ.",
            "Move or delete it to make room for the receipt.",
        ),
    )
}
