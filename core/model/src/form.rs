//! Forms of texts: `AA-99999999` is two letters, a dash and eight digits. What rules ask with
//! `matches`. Not here: how texts are folded before they are compared (`text`).

/// Why a form is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFault {
    /// It has neither a letter nor a digit to be chosen, so that it is one text.
    OneText,
    /// A sign of other languages for such forms, which here stands for itself: nobody means that.
    Sign(char),
    /// A backslash before something that needs none, or before nothing.
    Backslash,
}

/// What may stand at one place.
enum Place {
    Letter,
    Digit,
    Itself(char),
}

/// The places of a form, in order. A backslash at its end stands for itself.
fn places(form: &str) -> impl Iterator<Item = Place> + '_ {
    let mut chars = form.chars();
    std::iter::from_fn(move || {
        Some(match chars.next()? {
            'A' => Place::Letter,
            '9' => Place::Digit,
            '\\' => Place::Itself(chars.next().unwrap_or('\\')),
            c => Place::Itself(c),
        })
    })
}

/// Whether a folded text has a form: `A` is a Latin letter, `9` a digit, `\A` and `\9` these
/// characters themselves, and everything else itself. Takes one step for each character.
pub fn matches(form: &str, text: &str) -> bool {
    let mut chars = text.chars();
    let fits = places(form).all(|place| {
        chars.next().is_some_and(|c| match place {
            Place::Letter => c.is_ascii_alphabetic(),
            Place::Digit => c.is_ascii_digit(),
            Place::Itself(own) => c == own,
        })
    });
    fits && chars.next().is_none()
}

/// What is wrong with a form, if anything.
pub fn fault(form: &str) -> Option<FormFault> {
    let mut chars = form.chars();
    let mut is_open = false;
    while let Some(c) = chars.next() {
        match c {
            'A' | '9' => is_open = true,
            '\\' => match chars.next() {
                Some(c) if matches!(c, 'A' | '9') || !c.is_alphanumeric() => {}
                _ => return Some(FormFault::Backslash),
            },
            '[' | ']' | '{' | '}' | '*' | '?' | '^' | '$' | '|' => return Some(FormFault::Sign(c)),
            _ => {}
        }
    }
    (!is_open).then_some(FormFault::OneText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_matched_from_end_to_end() {
        let ubn = |text| matches("99999999", text);
        assert!(ubn("12345678"));
        assert!(!ubn("1234567") && !ubn("123456789") && !ubn("1234567x") && !ubn(""));
        assert!(matches("AA-99", "xY-07") && !matches("AA-99", "字Y-07"));
        assert!(matches("\\A\\9A", "A9z") && !matches("\\A\\9A", "B9z"));
        assert!(matches("(99)", "(02)") && matches("第 9 號", "第 3 號"));
        assert!(!matches("9", "３"), "texts are folded before");
    }

    #[test]
    fn forms_that_nobody_means_are_told() {
        assert_eq!(fault("AA-99"), None);
        assert_eq!(fault("\\*9"), None);
        assert_eq!(fault("GUI"), Some(FormFault::OneText));
        assert_eq!(fault("[0-9]{8}"), Some(FormFault::Sign('[')));
        assert_eq!(fault("\\d\\d"), Some(FormFault::Backslash));
        assert_eq!(fault("99\\"), Some(FormFault::Backslash));
        // What cannot be a form is still read without fear.
        assert!(matches("9\\", "1\\"));
    }
}
