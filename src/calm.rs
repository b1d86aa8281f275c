//! Work that can wait: it uses what the answers leave of the processors.

use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};

/// Lets the thread that calls this give way to all others at once, for good.
pub fn give_way() {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let thread = thread_priority::thread_native_id();
    // Where that is not to be had, it works like the others.
    let _ = thread_priority::set_thread_priority_and_policy(thread, ThreadPriority::Min, policy);
}

/// Lets those go first who wait for this processor just now. Of a long piece of work, called every tenth of a
/// millisecond or so: a scheduler may let it go on for several while an answer waits.
pub fn let_others_go_first() {
    std::thread::yield_now();
}
