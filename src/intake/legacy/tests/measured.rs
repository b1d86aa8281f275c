//! How often the encoding of a few words is told, and that it is never told wrongly.

use super::super::{Legacy, Verdict, weigh};
use super::encoding::Encoder;
use super::{VIETNAMESE, as_far_as_written};
use proptest::prelude::*;
use std::sync::LazyLock;

/// The words that newspapers are full of.
const COMMON: &str = "và của các có được trong cho là với người những đã không một để này khi năm đến về tại từ ra công vào sẽ \
    nhiều trên cũng phải tỉnh việc hội làm xã thành đó hiện nhân hành sự động theo thể sản nhà đầu quốc chính kinh dân như \
    hoạt tế phát triển ngày còn nước sinh phố thực trường đồng đảng tổ chức đại tác quan lý nam việt đang học bị rất gia qua \
    giao hàng bộ nhất mới sau hợp cơ quyết định dự án nghị vụ cán bộ huyện đoàn đơn vị thời gian địa phương nông thôn mùa lúa \
    giá tăng cường giảm nghèo bền vững đất đai môi trường giáo dục y tế bảo vệ an ninh trật tự xây dựng đường cầu kênh nước \
    sạch điện gạo cá tôm trái cây vườn ruộng bà con nông dân hộ vay vốn ngân hàng lãi suất hỗ trợ đào tạo nghề lao động trẻ em \
    phụ nữ thanh niên cựu chiến binh mặt trận tổ quốc ủy ban tuyên truyền vận động phong trào thi đua yêu nước khen thưởng kỷ \
    luật kiểm tra giám sát xử lý vi phạm tham nhũng lãng phí tiết kiệm chống dịch bệnh tiêm chủng khám chữa mưa bão lũ lụt hạn \
    mặn sạt lở bờ sông rạch đê cống thủy lợi giống phân bón thuốc trừ sâu thu hoạch xuất khẩu thương lái doanh nghiệp hợp tác \
    nguyễn trần lê phạm huỳnh võ đặng bùi đỗ hồ ngô dương đã ở ý ổn quỳnh nghiêng khuya thuở hoà thúy giếng yến uống ươm";

fn words() -> Vec<&'static str> {
    COMMON.split_whitespace().collect()
}

/// One for each of [`VIETNAMESE`].
static ENCODERS: LazyLock<Vec<Encoder>> =
    LazyLock::new(|| VIETNAMESE.into_iter().map(Encoder::new).collect());

/// Whether a text is read; it panics when it is read as another.
fn is_read(text: &str, at: usize) -> bool {
    let bytes = ENCODERS[at].encode(text).expect("every letter");
    if bytes.is_ascii() {
        return false;
    }
    match weigh(&bytes, None) {
        Verdict::Clear(found) => {
            let read = as_far_as_written(&found.decode(&bytes), found);
            assert_eq!(read, as_far_as_written(text, found), "{:?} as {found:?}", VIETNAMESE[at]);
            true
        }
        Verdict::Broken(..) | Verdict::Unsure(..) => false,
    }
}

#[test]
fn twenty_common_words_are_nearly_always_enough() {
    let words = words();
    // Numbers as they come out of a simple generator, the same at each run.
    let mut state = 12_345_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).expect("a small number")
    };
    for (length, least_of_hundred) in [(5, 0), (10, 75), (20, 98), (50, 99)] {
        for (at, legacy) in VIETNAMESE.into_iter().enumerate() {
            let mut read = 0;
            for _ in 0..100 {
                let text: Vec<&str> = (0..length).map(|_| words[random() % words.len()]).collect();
                read += usize::from(is_read(&text.join(" "), at));
            }
            println!("{length} words in {legacy:?}: {read} of 100 are read");
            assert!(read >= least_of_hundred, "{length} words in {legacy:?}: {read}");
        }
    }
}

proptest! {
    #[test]
    fn common_words_are_read_right_or_refused(
        picked in proptest::collection::vec(proptest::sample::select(words()), 1..60),
        at in 0..VIETNAMESE.len(),
        in_capitals in any::<bool>(),
    ) {
        let text = picked.join(" ");
        let text = if in_capitals && VIETNAMESE[at] != Legacy::Tcvn3 { text.to_uppercase() } else { text };
        is_read(&text, at);
    }
}
