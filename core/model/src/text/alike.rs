//! Characters that no reader can see, or can tell from others: what each is compared as, and what
//! it is called.
//!
//! Not here: the whole of the form by which texts are compared (`text::fold`).

use super::Localized;

/// What a character is compared as; `None` where it is left out.
pub(super) fn compared(c: char) -> Option<char> {
    match c {
        '\0'..='\u{9F}' => Some(c),
        _ if is_unseen(c) => None,
        _ if is_space(c) => Some(' '),
        '\u{2010}' | '\u{2011}' => Some('-'),
        '\u{2E80}'..='\u{2FD5}' => Some(ideograph(c)),
        _ => Some(super::fold_char(c)),
    }
}

/// Whether a character is compared as another, or left out, though nobody sees that it is not what
/// it seems. Full-width forms, and the ideographic space, are seen.
pub fn misleads(c: char) -> bool {
    match c {
        '\0'..='\u{9F}' | '\u{3000}'..='\u{3029}' | '\u{4E00}'..='\u{9FFF}' => false,
        _ => compared(c) != Some(super::fold_char(c)),
    }
}

/// Characters that take no room: those that Unicode calls default-ignorable, and a few that are
/// never drawn.
pub fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D159}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Characters that look like the space that they are not.
pub(super) fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{2800}'
    )
}

/// The character by its code and its name.
pub fn named(c: char) -> Localized {
    let (zh, en) = match c {
        '\u{A0}' => ("不換行空格", "no-break space"),
        _ if is_space(c) => ("特殊空格", "a space of its own kind"),
        '\u{AD}' => ("軟連字號", "soft hyphen"),
        '\u{34F}' => ("組合字符連接符", "combining grapheme joiner"),
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => ("韓文填充字元", "Hangul filler"),
        '\u{200B}' => ("零寬空格", "zero width space"),
        '\u{200C}' => ("零寬不連字", "zero width non-joiner"),
        '\u{200D}' => ("零寬連字", "zero width joiner"),
        '\u{61C}' | '\u{200E}' | '\u{200F}' => ("文字方向記號", "direction mark"),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            ("文字方向控制字元", "direction control")
        }
        '\u{2060}' => ("文字連接符", "word joiner"),
        '\u{FEFF}' => ("位元組順序記號", "byte order mark"),
        '\u{180B}'..='\u{180D}'
        | '\u{180F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{E0100}'..='\u{E01EF}' => ("字形變體選擇符", "variation selector"),
        '\u{2010}' => ("連字號", "hyphen"),
        '\u{2011}' => ("不換行連字號", "non-breaking hyphen"),
        '\u{2E80}'..='\u{2FD5}' => ("部首", "CJK radical"),
        _ => ("看不見的字元", "invisible character"),
    };
    let code = format!("U+{:04X}", u32::from(c));
    Localized::new(format!("{code}（{zh}）"), format!("{code} ({en})"))
}

/// How the character is compared, as the end of a sentence.
pub fn treated(c: char) -> Localized {
    match compared(c) {
        None => Localized::new("比對時略去不計", "it is left out of comparisons"),
        Some(' ') => Localized::new("比對時視為一般空格", "it is compared as a space"),
        Some(other) => {
            Localized::new(format!("比對時視為 `{other}`"), format!("it is compared as `{other}`"))
        }
    }
}

/// The ideograph that a radical looks like; other characters as they are.
fn ideograph(c: char) -> char {
    let (first, table) =
        if c < '\u{2F00}' { ('\u{2E80}', SUPPLEMENT) } else { ('\u{2F00}', KANGXI) };
    table.chars().nth((u32::from(c) - u32::from(first)) as usize).unwrap_or(c)
}

/// What U+2E80 to U+2EF3 look like, by Unicode's Equivalent_Unified_Ideograph; two have no such
/// ideograph.
const SUPPLEMENT: &str = "\
    ⺀厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵⺚旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂\
    肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟";
/// The same of U+2F00 to U+2FD5.
const KANGXI: &str = "\
    一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐\
    彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴\
    立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑\
    非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";
