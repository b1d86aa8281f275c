//! Work that can wait: it uses what the answers leave of the processors.

use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};

/// Lets the thread that calls this give way to all others at once, for good.
pub fn give_way() {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let thread = thread_priority::thread_native_id();
    // Where that is not to be had, it works like the others.
    let _ = thread_priority::set_thread_priority_and_policy(thread, ThreadPriority::Min, policy);
}

/// The steps of a piece of work that may become long. A scheduler may let it go on for several milliseconds while an answer
/// waits.
pub struct Steps {
    taken: usize,
    at_once: usize,
}

impl Steps {
    /// Steps of which so many, which should take a tenth of a millisecond, are taken before others go first.
    pub fn of(at_once: usize) -> Self {
        Self { taken: 0, at_once }
    }

    /// Begins another step. When a few others went before it, those who wait for this processor just now go first.
    pub fn another(&mut self) {
        self.taken += 1;
        if self.taken > SHORT && self.taken.is_multiple_of(self.at_once) {
            std::thread::yield_now();
        }
    }
}

/// How many steps are a piece of work that is not long yet.
const SHORT: usize = 16;
