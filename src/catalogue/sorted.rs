use std::borrow::Borrow;
use std::cmp::Ordering;
use std::sync::Arc;

/// How many members share one allocation.
const BLOCK: usize = 32;

/// A sorted set that shares what did not change with the one it was made of. A member costs little more than
/// itself, where the trees at hand take three times that when members come in order, as news does.
#[derive(Clone)]
pub(super) struct Sorted<T> {
    blocks: imbl::OrdSet<Block<T>>,
    len: usize,
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self { blocks: imbl::OrdSet::new(), len: 0 }
    }
}

impl<T: Ord + Clone> Sorted<T> {
    /// The set of these, which are sorted and all different.
    pub(super) fn of_sorted(members: Vec<T>) -> Self {
        let len = members.len();
        let mut members = members.into_iter();
        let blocks = std::iter::from_fn(|| {
            let block: Arc<[T]> = members.by_ref().take(BLOCK).collect();
            (!block.is_empty()).then_some(Block(block))
        });
        Self { blocks: blocks.collect(), len }
    }

    /// Takes a member in, in place of one that equals it.
    pub(super) fn insert(&mut self, member: T) {
        let Some(block) = self.blocks.get_next(&member).or_else(|| self.blocks.get_max()).cloned() else {
            self.blocks.insert(Block::of(&[member]));
            self.len = 1;
            return;
        };
        let at = match block.0.binary_search(&member) {
            Ok(at) => {
                self.replace(&block, block.with(at, 1, member));
                return;
            }
            Err(at) => at,
        };
        self.len += 1;
        if block.0.len() < BLOCK {
            return self.replace(&block, block.with(at, 0, member));
        }
        match at {
            // Where members come in order, blocks stay full.
            0 => match self.blocks.get_prev(&member).filter(|before| before.0.len() < BLOCK).cloned() {
                Some(before) => self.replace(&before, before.with(before.0.len(), 0, member)),
                None => drop(self.blocks.insert(Block::of(&[member]))),
            },
            BLOCK => drop(self.blocks.insert(Block::of(&[member]))),
            _ => {
                let (first, second) = block.0.split_at(BLOCK / 2);
                let [mut first, mut second] = [first, second].map(Block::of);
                match at.checked_sub(BLOCK / 2) {
                    Some(at) => second = second.with(at, 0, member),
                    None => first = first.with(at, 0, member),
                }
                self.replace(&block, second);
                self.blocks.insert(first);
            }
        }
    }

    /// Takes the member out that equals this.
    pub(super) fn remove<Q: Ord + ?Sized>(&mut self, member: &Q) -> Option<T>
    where
        T: Borrow<Q>,
        Block<T>: Borrow<Q>,
    {
        let (block, at) = self.find(member)?;
        let (block, removed) = (block.clone(), block.0[at].clone());
        match block.without(at) {
            Some(rest) => self.replace(&block, rest),
            None => drop(self.blocks.remove(&block)),
        }
        self.len -= 1;
        Some(removed)
    }

    /// The member that equals this.
    pub(super) fn get<Q: Ord + ?Sized>(&self, member: &Q) -> Option<&T>
    where
        T: Borrow<Q>,
        Block<T>: Borrow<Q>,
    {
        self.find(member).map(|(block, at)| &block.0[at])
    }

    /// All members in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.blocks.iter().flat_map(|block| block.0.iter())
    }

    /// How many stand before the first of which this does not hold, and the last of them. It holds of none behind that.
    pub(super) fn leading(&self, holds: impl Fn(&T) -> bool) -> (usize, Option<&T>) {
        let (mut count, mut last) = (0, None);
        for block in &self.blocks {
            let is_whole = block.0.last().is_some_and(&holds);
            let end = if is_whole { block.0.len() } else { block.0.partition_point(&holds) };
            count += end;
            last = block.0[..end].last().or(last);
            if end < block.0.len() {
                break;
            }
        }
        (count, last)
    }

    /// Those from the first on of which this does not hold. It holds of none behind that.
    pub(super) fn behind(&self, holds: impl Fn(&T) -> bool) -> impl Iterator<Item = &T> {
        let mut blocks = self.blocks.iter();
        let first = blocks.find(|block| !block.0.last().is_some_and(&holds));
        let first = first.map(|block| &block.0[block.0.partition_point(holds)..]);
        first.into_iter().chain(blocks.map(|block| &*block.0)).flatten()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    fn find<Q: Ord + ?Sized>(&self, member: &Q) -> Option<(&Block<T>, usize)>
    where
        T: Borrow<Q>,
        Block<T>: Borrow<Q>,
    {
        let block = self.blocks.get_next(member)?;
        let at = block.0.binary_search_by(|own| own.borrow().cmp(member)).ok()?;
        Some((block, at))
    }

    fn replace(&mut self, before: &Block<T>, after: Block<T>) {
        if *before != after {
            self.blocks.remove(before);
        }
        self.blocks.insert(after);
    }
}

/// Some members that follow each other, at least one. It is found by its last.
#[derive(Clone)]
pub(super) struct Block<T>(Arc<[T]>);

impl<T: Clone> Block<T> {
    fn of(members: &[T]) -> Self {
        Self(members.into())
    }

    /// The block with a member at this place, and without so many that stood there.
    fn with(&self, at: usize, replaced: usize, member: T) -> Self {
        let (before, after) = (&self.0[..at], &self.0[at + replaced..]);
        Self(before.iter().cloned().chain([member]).chain(after.iter().cloned()).collect())
    }

    fn without(&self, at: usize) -> Option<Self> {
        let rest: Arc<[T]> = self.0[..at].iter().chain(&self.0[at + 1..]).cloned().collect();
        (!rest.is_empty()).then_some(Self(rest))
    }
}

impl<T> Borrow<T> for Block<T> {
    fn borrow(&self) -> &T {
        self.0.last().expect("a block without members is taken out")
    }
}

impl<T: Borrow<str>> Borrow<str> for Block<T> {
    fn borrow(&self) -> &str {
        Borrow::<T>::borrow(self).borrow()
    }
}

impl<T: Ord> Ord for Block<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        Borrow::<T>::borrow(self).cmp(other.borrow())
    }
}

impl<T: Ord> PartialOrd for Block<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> PartialEq for Block<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T: Ord> Eq for Block<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_holds_what_a_set_holds(
            begun in 0..200_u32, steps in prop::collection::vec((any::<bool>(), 0..300_u32), 0..600),
        ) {
            let mut expected: BTreeSet<u32> = (0..begun).map(|member| member * 2).collect();
            let mut sorted = Sorted::of_sorted(expected.iter().copied().collect());
            for (comes, member) in steps {
                let before = sorted.clone();
                let listed: Vec<u32> = before.iter().copied().collect();
                if comes {
                    sorted.insert(member);
                    expected.insert(member);
                } else {
                    prop_assert_eq!(sorted.remove(&member), expected.take(&member));
                }
                prop_assert_eq!(sorted.get(&member).is_some(), comes);
                prop_assert!(before.iter().eq(&listed), "what it was made of has changed");
                prop_assert!(sorted.iter().eq(&expected));
                prop_assert!(sorted.iter().rev().eq(expected.iter().rev()));
                prop_assert_eq!(sorted.len(), expected.len());
                let leading: Vec<&u32> = expected.range(..member).collect();
                prop_assert!(sorted.behind(|other| *other < member).eq(expected.range(member..)));
                prop_assert_eq!(sorted.leading(|other| *other < member), (leading.len(), leading.last().copied()));
            }
        }
    }

    #[test]
    fn blocks_are_full_where_members_come_in_order() {
        let few = |members: &mut dyn Iterator<Item = u32>| {
            let mut sorted = Sorted::default();
            members.for_each(|member| sorted.insert(member));
            assert!(sorted.blocks.len() <= 1000_usize.div_ceil(BLOCK) + 1, "{} blocks", sorted.blocks.len());
        };
        few(&mut (0..1000));
        few(&mut (0..1000).rev());
        few(&mut (500..1000).rev().chain((0..500).rev()));
    }
}
