//! What commands ask the running bantin for, and how they wait for its answer.

use crate::letterbox::{Answer, Asked, Letterbox, Outcome, Request};
use crate::words::{Language, Text};
use std::error::Error;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a request may lie there, and how long its answer may take then.
const UNTAKEN: Duration = Duration::from_secs(10);
const UNANSWERED: Duration = Duration::from_secs(90);
const PACE: Duration = Duration::from_millis(50);

/// Whether somebody who sits there says yes; where nobody does, it was meant.
pub(super) fn is_meant(question: &Text, language: Language) -> std::io::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(true);
    }
    print!("{}", question.in_language(language));
    std::io::stdout().flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    Ok(matches!(typed.trim().to_lowercase().as_str(), "c" | "có" | "co" | "y" | "yes"))
}

/// Leaves a request and waits for its last answer.
pub(super) fn ask(
    letters: &Letterbox,
    asked: Asked,
    state: &Path,
    language: Language,
) -> Result<Answer, Box<dyn Error>> {
    let request =
        letters.ask(asked).map_err(|error| unwritable(state, &error).in_language(language).to_owned())?;
    let since = Instant::now();
    loop {
        if let Some(answer) = letters.answer_to(&request).filter(|answer| answer.outcome != Outcome::UnderWay)
        {
            return Ok(answer);
        }
        let waited = since.elapsed();
        if waited > UNANSWERED || (waited > UNTAKEN && letters.is_untaken()) {
            return Err(give_up(letters, &request, state).in_language(language).into());
        }
        std::thread::sleep(PACE);
    }
}

fn give_up(letters: &Letterbox, request: &Request, state: &Path) -> Text {
    letters.take_back();
    let under_way = letters.answer_to(request).is_some();
    let state = state.display();
    match under_way {
        true => Text::new(
            "việc đang được làm, nhưng chưa xong; xem trang tình trạng",
            "it is being done, but takes long; see the status page",
        ),
        false => Text::new(
            format!(
                "không có bantin nào đang chạy với thư mục trạng thái {state}\n  gợi ý: ghi đúng thư mục với --state, hoặc chờ bantin khởi động xong"
            ),
            format!(
                "no bantin is running on the state folder {state}\n  hint: name the right one with --state, or wait until bantin has started"
            ),
        ),
    }
}

fn unwritable(state: &Path, error: &std::io::Error) -> Text {
    let state = state.display();
    Text::new(
        format!(
            "không ghi được vào thư mục trạng thái {state}: {error}\n  gợi ý: chạy lệnh này với người dùng đang chạy bantin, và ghi đúng thư mục với --state"
        ),
        format!(
            "the state folder {state} cannot be written: {error}\n  hint: run this as the user that runs bantin, and name the right folder with --state"
        ),
    )
}
