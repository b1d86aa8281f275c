//! `bantin accept`: the loss that a running bantin does not believe was meant.

use crate::letterbox::{Answer, Letterbox, Outcome, Request};
use crate::words::{Language, Text};
use std::error::Error;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long a request may lie there, and how long its answer may take then.
const UNTAKEN: Duration = Duration::from_secs(10);
const UNANSWERED: Duration = Duration::from_secs(90);
const PACE: Duration = Duration::from_millis(50);

/// Asks what there is to accept, shows it, and says that it was meant; first asks back when somebody sits there, unless he
/// has said yes already.
pub(super) fn accept(state: &Path, language: Language, yes: bool) -> Result<ExitCode, Box<dyn Error>> {
    let letters = Letterbox::new(state);
    let told = ask(&letters, None, state, language)?;
    println!("{}", told.said);
    if told.outcome != Outcome::Waiting {
        return Ok(ExitCode::from(1));
    }
    if !yes && std::io::stdin().is_terminal() && !is_meant(language)? {
        return Ok(ExitCode::from(1));
    }
    let done = ask(&letters, Some(told.missing), state, language)?;
    println!("{}", done.said);
    Ok(if done.outcome == Outcome::Accepted { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn is_meant(language: Language) -> std::io::Result<bool> {
    let question = Text::new("Rút tất cả các bài này? [c/K] ", "Take all of them back? [y/N] ");
    print!("{}", question.in_language(language));
    std::io::stdout().flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    Ok(matches!(typed.trim().to_lowercase().as_str(), "c" | "có" | "co" | "y" | "yes"))
}

/// Leaves a request and waits for its last answer.
fn ask(
    letters: &Letterbox,
    accept: Option<usize>,
    state: &Path,
    language: Language,
) -> Result<Answer, Box<dyn Error>> {
    let request =
        letters.ask(accept).map_err(|error| unwritable(state, &error).in_language(language).to_owned())?;
    let asked = Instant::now();
    loop {
        if let Some(answer) =
            letters.answer_to(&request).filter(|answer| answer.outcome != Outcome::Accepting)
        {
            return Ok(answer);
        }
        let waited = asked.elapsed();
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
            "đang rút bài, nhưng chưa xong; xem trang tình trạng",
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
