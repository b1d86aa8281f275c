//! Lines and bars as SVG. There is no text in them, which would shrink with the picture, and no style of their own, which the
//! page's policy forbids.

/// The width and height of bars, in units of their own.
const BARS: (f64, f64) = (640.0, 140.0);
/// The same of lines.
const LINES: (f64, f64) = (240.0, 48.0);
/// How much of the room of a bar is left free.
const GAP: f64 = 0.2;
/// How far lines stay away from the edges, so that they are as thick there.
const MARGIN: f64 = 3.0;

/// Bars side by side, each of two parts on top of each other. `label` says what is to be seen.
pub fn bars(label: &str, parts: &[[u64; 2]]) -> String {
    let (width, height) = BARS;
    let top = parts.iter().map(|[lower, upper]| lower + upper).max().unwrap_or(0).max(1) as f64;
    let step = width / parts.len().max(1) as f64;
    let mut svg = open(label, BARS, "bars");
    for (index, [lower, upper]) in parts.iter().enumerate() {
        let x = step * (index as f64 + GAP / 2.0);
        let mut bottom = height;
        for (class, number) in [("lower", lower), ("upper", upper)] {
            let tall = *number as f64 / top * height;
            bottom -= tall;
            if *number > 0 {
                let wide = step * (1.0 - GAP);
                svg.push_str(&format!(
                    "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{bottom:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\"/>"
                ));
            }
        }
    }
    svg + "</svg>"
}

/// Two lines from left to right, each interrupted where nothing is known. `label` says what is to be seen.
pub fn lines(label: &str, points: &[Option<[u64; 2]>]) -> String {
    let (width, height) = LINES;
    let top = points.iter().flatten().flatten().max().copied().unwrap_or(0).max(1) as f64;
    let step = (width - 2.0 * MARGIN) / (points.len().max(2) - 1) as f64;
    let mut svg = open(label, LINES, "lines-of-days");
    for (which, class) in ["lower", "upper"].into_iter().enumerate() {
        let mut path = String::new();
        let mut pen_is_down = false;
        for (index, point) in points.iter().enumerate() {
            let Some(numbers) = point else {
                pen_is_down = false;
                continue;
            };
            let x = MARGIN + step * index as f64;
            let y = height - MARGIN - numbers[which] as f64 / top * (height - 2.0 * MARGIN);
            // A day by itself is a dot: a line with round ends that goes nowhere.
            let pen = if pen_is_down { format!("L{x:.1} {y:.1}") } else { format!("M{x:.1} {y:.1}h0") };
            path.push_str(&pen);
            pen_is_down = true;
        }
        if !path.is_empty() {
            svg.push_str(&format!(
                "<path class=\"{class}\" vector-effect=\"non-scaling-stroke\" d=\"{path}\"/>"
            ));
        }
    }
    svg + "</svg>"
}

fn open(label: &str, (width, height): (f64, f64), class: &str) -> String {
    let label = quick_xml::escape::escape(label);
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_high_as_its_number() {
        let svg = bars("a <b>", &[[2, 2], [0, 0], [1, 0]]);
        let expected = "<svg class=\"bars\" viewBox=\"0 0 640 140\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"a &lt;b&gt;\">\
            <rect class=\"lower\" x=\"21.3\" y=\"70.0\" width=\"170.7\" height=\"70.0\"/>\
            <rect class=\"upper\" x=\"21.3\" y=\"0.0\" width=\"170.7\" height=\"70.0\"/>\
            <rect class=\"lower\" x=\"448.0\" y=\"105.0\" width=\"170.7\" height=\"35.0\"/></svg>";
        assert_eq!(svg, expected);
    }

    #[test]
    fn a_line_is_interrupted_where_nothing_is_known() {
        let svg = lines("x", &[Some([0, 4]), Some([2, 4]), None, Some([4, 4])]);
        let paths: Vec<&str> = svg.split(" d=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        assert_eq!(paths, ["M3.0 45.0h0L81.0 24.0M237.0 3.0h0", "M3.0 3.0h0L81.0 3.0M237.0 3.0h0"]);
        assert!(!lines("x", &[None; 3]).contains("path") && !bars("x", &[]).contains("rect"));
    }
}
