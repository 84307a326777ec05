//! The one table of diagnostics: stable code, severity, message and way out in both languages.
//!
//! `{0}`, `{1}` … are holes that the finder of the problem fills. The table feeds the messages, `docs/diagnostics.md` and the
//! test that every code has a case. Codes are never reused: G1 writing, G2 names, G3 types, G4 tables of cases, G5 shape of a
//! declaration, G6 data, G7 tests in packs, G8 results.

use super::Severity;
use crate::text::Locale;

/// What is fixed about a kind of finding.
#[derive(Debug)]
pub struct CodeInfo {
    /// The stable code, such as `G201`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    message: [&'static str; 2],
    help: [&'static str; 2],
}

impl CodeInfo {
    /// The message template.
    pub fn message(&self, locale: Locale) -> &'static str {
        self.message[usize::from(locale == Locale::En)]
    }

    /// The advice template, empty where the message says all.
    pub fn help(&self, locale: Locale) -> &'static str {
        self.help[usize::from(locale == Locale::En)]
    }
}

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident { $zh:literal, $en:literal } help { $help_zh:literal, $help_en:literal })*) => {
        #[allow(non_upper_case_globals, missing_docs, reason = "kinds of findings; the message of each stands beside its name in the table")]
        impl Code {
            $(pub const $name: Code = {
                static INFO: CodeInfo = CodeInfo {
                    id: $id,
                    severity: Severity::$severity,
                    message: [$zh, $en],
                    help: [$help_zh, $help_en],
                };
                Code(&INFO)
            };)*

            /// Every code, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$name,)*];
        }
    };
}

/// The kind of a finding.
///
/// Each kind is a static of its own, so that a program has the messages only of what its code can find.
#[derive(Clone, Copy)]
pub struct Code(&'static CodeInfo);

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Code) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Code) -> std::cmp::Ordering {
        self.id().cmp(other.id())
    }
}

impl std::hash::Hash for Code {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}

impl Code {
    /// The fixed facts of this code.
    pub fn info(self) -> &'static CodeInfo {
        self.0
    }

    /// The stable code, such as `G201`.
    pub fn id(self) -> &'static str {
        self.info().id
    }

    /// Whether it is about a whole column of a frame, so that saying it of one value says all.
    pub fn is_of_a_column(self) -> bool {
        [Code::FloatNumber, Code::TimeZone, Code::WrongColumn].contains(&self)
    }
}

codes! {
    // G1: writing
    NotUtf8 "G101" Error
        { "檔案不是 UTF-8 編碼（第 {0} 個位元組起無法讀取）", "the file is not UTF-8 (byte {0} cannot be read)" }
        help { "請以 UTF-8 編碼另存新檔。", "save the file as UTF-8" }
    BidiControl "G102" Error
        { "含有看不見的文字方向控制字元 {0}", "invisible text direction control {0}" }
        help { "請刪除此字元；它會讓規則看起來與實際不同。", "delete it: it makes a rule look different from what it says" }
    UnclosedBracket "G103" Error
        { "`{0}` 沒有對應的結尾 `{1}`", "`{0}` is not closed by `{1}`" }
        help { "請在這一項結束前補上 `{1}`。", "add `{1}` before the item ends" }
    UnmatchedBracket "G104" Error
        { "多出的 `{0}`，前面沒有對應的開頭", "`{0}` closes nothing" }
        help { "請刪除它，或補上對應的開頭。", "delete it, or open the bracket it should close" }
    UnclosedString "G105" Error
        { "文字沒有結尾的引號", "the text is not closed by a quotation mark" }
        help { "文字須在同一行內以 `\"` 結束。", "a text ends with `\"` on the line it began" }
    TooDeep "G106" Error
        { "層數過深，上限為 {0} 層", "nested too deeply; the limit is {0} levels" }
        help { "請以 `let` 把中間的部分另外命名。", "name a part of it with `let`" }
    TooLarge "G107" Error
        { "檔案有 {0} 位元組，上限為 {1}", "the file has {0} bytes; the limit is {1}" }
        help { "請分成數個檔案。", "split it into several files" }
    PackTooLarge "G119" Error
        { "規則包的檔案合計超過 {0} 位元組的上限", "the files of the pack have more than {0} bytes together" }
        help { "請刪除用不到的檔案，或分成數個規則包。", "remove the files that are not needed, or split the pack" }
    TooManyItems "G108" Error
        { "宣告超過 {0} 項的上限", "more than {0} declarations" }
        help { "請分成數個規則包。", "split the pack" }
    NotAnItem "G109" Error
        { "這一行不是宣告的開頭：`{0}`", "this does not begin a declaration: `{0}`" }
        help { "宣告以 {1} 之一開頭。", "a declaration begins with one of {1}" }
    Syntax "G110" Error
        { "這裡應為{0}，卻是{1}", "expected {0}, found {1}" }
        help { "", "" }
    OddCharacter "G111" Error
        { "無法使用的符號 `{0}`", "`{0}` cannot be used here" }
        help { "", "" }
    TwoDigitYear "G112" Error
        { "`{0}` 的年份只有兩位數，無法分辨民國或西元", "the year of `{0}` has two digits and could be Minguo or Gregorian" }
        help { "民國年請寫三位數（如 `099/01/05`）或 `民國99年1月5日`，西元年請寫四位數。", "write three digits for a Minguo year (`099/01/05`), `民國99年1月5日`, or four digits for a Gregorian one" }
    EarlyYear "G117" Error
        { "`{0}` 的西元年早於 1800 年", "the year of `{0}` is before 1800" }
        help { "民國年請寫三位數（如 `113/11/30`），不可補成四位數；西元年須為 1800 年以後。", "write a Minguo year with three digits (`113/11/30`), not padded to four; a Gregorian year is 1800 or later" }
    BadDate "G113" Error
        { "沒有 `{0}` 這一天", "there is no such day as `{0}`" }
        help { "日期請寫成 `108/10/31` 或 `2019-10-31`。", "write a date as `108/10/31` or `2019-10-31`" }
    BadNumber "G114" Error
        { "數字 `{0}` 超過 28 位有效數字", "the number `{0}` has more than 28 digits" }
        help { "", "" }
    LiteralTooLong "G115" Error
        { "名稱或文字超過 {0} 個字元", "a name or text longer than {0} characters" }
        help { "", "" }
    PeriodReversed "G116" Error
        { "期間的結束日 {1} 早於開始日 {0}", "the period ends on {1}, before it starts on {0}" }
        help { "請對調兩個日期。", "swap the two dates" }
    MisleadingText "G118" Warning
        { "這段文字有肉眼分辨不出的字元 {0}，{1}", "the text has {0}, which nobody can tell by looking: {1}" }
        help { "請刪除它，或重新輸入成一般的字元。", "delete it, or type the text again" }
    MoreFindings "G199" Error
        { "另有 {0} 個問題未列出", "{0} more findings are not shown" }
        help { "請先修正以上各項。", "mend those above first" }

    // G2: names
    UnknownName "G201" Error
        { "找不到名稱 `{0}`", "unknown name `{0}`" }
        help { "", "" }
    DuplicateName "G202" Error
        { "`{0}` 重複宣告", "`{0}` is declared twice" }
        help { "請改名，或刪除其中一個。", "rename one of them, or delete it" }
    UnknownEntity "G203" Error
        { "沒有名為 `{0}` 的資料類別", "there is no entity `{0}`" }
        help { "", "" }
    UnknownField "G204" Error
        { "`{1}` 沒有欄位 `{0}`", "`{1}` has no field `{0}`" }
        help { "", "" }
    UnknownUnit "G205" Error
        { "不認得的單位 `{0}`", "unknown unit `{0}`" }
        help { "金額單位為 元、仟元、萬元、億元；計數單位須先在某個 tally 以 `in` 寫出。", "money is 元, 仟元, 萬元 or 億元; a counter must be the `in` unit of some tally" }
    UnknownClause "G206" Error
        { "沒有條文 `{0}`", "there is no clause `{0}`" }
        help { "條文須列在某個 `source` 之內。", "list the clause in a `source`" }
    AmbiguousClause "G207" Error
        { "條文 `{0}` 在 {1} 都有", "clause `{0}` is in {1}" }
        help { "請在前面加上文件名稱，例如 `文件:{0}`。", "write the document before it, as in `document:{0}`" }
    Uncited "G208" Warning
        { "`{0}` 沒有引用條文", "`{0}` cites no clause" }
        help { "請加上 `@ 條文`，或以 `because \"…\"` 說明這是承辦單位的決定。", "add `@ clause`, or say `because \"…\"` where it is a policy of its author" }
    Cycle "G209" Error
        { "循環定義：{0}", "these depend on each other in a circle: {0}" }
        help { "請拿掉其中一個引用。", "remove one of the references" }
    ReservedName "G210" Error
        { "`{0}` 是保留字，不能當作名稱", "`{0}` is a reserved word and cannot be a name" }
        help { "請換一個名稱，例如 `{0}_`。", "choose another name, such as `{0}_`" }
    NoPack "G211" Error
        { "規則包沒有 `pack` 宣告", "the pack has no `pack` declaration" }
        help { "請在其中一個檔案寫上 `pack 名稱 \"標題\"`。", "write `pack name \"title\"` in one of the files" }
    NoPeriod "G212" Error
        { "規則用到 `period`，但規則包沒有宣告期間", "a rule uses `period`, but the pack declares none" }
        help { "請寫上 `period 108/02/01 .. 109/01/31`。", "declare one, as in `period 108/02/01 .. 109/01/31`" }
    WrongScope "G213" Error
        { "`{0}` 不能用在{1}", "`{0}` cannot be used in {1}" }
        help { "", "" }
    NoRoot "G214" Error
        { "規則包須有一個最上層的資料類別，這裡有 {0} 個", "a pack has one entity that belongs to no other; this one has {0}" }
        help { "其他資料類別請寫 `entity 名稱 in 上層`。", "write the others as `entity name in parent`" }
    UnknownParentEntity "G216" Error
        { "`{0}` 不是最上層的資料類別", "`{0}` is not the entity that all others belong to" }
        help { "", "" }
    UnknownType "G217" Error
        { "不認得的型別 `{0}`", "unknown type `{0}`" }
        help { "型別為 {1}，或另一個資料類別的名稱。", "a type is one of {1}, or the name of another entity" }
    DanglingReference "G215" Error
        { "`{0}` 與 `{1}` 不屬於同一個上層，無法引用", "`{0}` cannot refer to `{1}`, which does not belong to the same parent" }
        help { "", "" }

    UnknownBase "G218" Error
        { "找不到要修正的規則包 `{0}`", "there is no pack `{0}` to amend" }
        help { "`amends` 後面是內建規則包的名稱，或同一層資料夾的名稱。", "`amends` names a built-in pack, or a folder beside this one" }
    AmendmentCycle "G219" Error
        { "規則包互相修正，繞成一圈：{0}", "these packs amend each other in a circle: {0}" }
        help { "最早的版次不寫 `amends`。", "the oldest edition amends nothing" }
    BaseName "G220" Error
        { "要修正的是 `{0}`，但那裡的規則包名稱是 `{1}`", "`{0}` is to be amended, but the pack found there is called `{1}`" }
        help { "每個規則包的名稱只能有一個，且須與資料夾相同。", "every pack has one name, that of its folder" }
    UnknownDrop "G221" Error
        { "前一版沒有 `{0}`，無法刪除", "the base has no `{0}` to drop" }
        help { "", "" }
    AmbiguousDrop "G222" Error
        { "`{0}` 有好幾項：{1}", "several items are called `{0}`: {1}" }
        help { "請寫明是哪一種，例如 `drop {2} {0}`。", "say which, as in `drop {2} {0}`" }
    NothingToDrop "G223" Error
        { "這個規則包沒有修正其他規則包，沒有東西可以刪除", "this pack amends no other: there is nothing to drop" }
        help { "請直接刪除規則，或在 `pack` 後面寫 `amends 前一版`。", "delete the rule itself, or write `amends earlier_edition` after `pack`" }
    AmendsNothing "G224" Warning
        { "`{0}` 與前一版完全相同", "`{0}` is restated without a change" }
        help { "沒有改變的規則不必重寫，請刪除。", "what has not changed need not be restated: delete it" }
    AmendmentHides "G225" Error
        { "`{0}` 在前一版是 {1}，這裡卻成了 {2}", "`{0}` is a {1} in the base and a {2} here" }
        help { "請另取名稱；若要取代前一版的，請先 `drop {0}`。", "choose another name, or `drop {0}` first where it is to go" }
    AmendmentBreaks "G226" Error
        { "修正 `{0}` 使前一版的 `{1}` 無法成立", "amending `{0}` breaks `{1}` of the base" }
        help { "請一併重寫或刪除 `{1}`。", "restate or drop `{1}` too" }
    StaleDate "G227" Error
        { "`{0}` 沿用前一版的 {1}，不在本年度 {2} 之內", "`{0}` still has the base's {1}, outside this edition's {2}" }
        help { "請重寫 `{0}`，寫明本年度的日期。", "restate `{0}` with this edition's days" }
    CitedUncomputable "G228" Warning
        { "條文 `{0}` 說是無法計算，卻有規則引用", "clause `{0}` is declared not computable, but a rule cites it" }
        help { "請刪除 `not computable` 的說明，或改引其他條文。", "remove `not computable`, or cite another clause" }
    NotAsked "G230" Error
        { "這個計數項沒有要求 `{0}`", "this tally does not ask for `{0}`" }
        help { "只能增刪以名稱要求的條件。", "only conditions that are asked for by name can be dropped or followed" }
    NoReason "G231" Error
        { "要求 `{0}`，卻沒有說明理由", "`{0}` is required without a reason" }
        help { "請在後面寫 `else \"理由\"`，或要求一個有理由的 `let 資料.名稱`。", "write `else \"reason\"` after it, or require a `let entity.name` that has one" }
    AskedTwice "G232" Warning
        { "`{0}` 要求了兩次", "`{0}` is required twice" }
        help { "請刪除其中一次。", "delete one of them" }
    UnknownHole "G233" Error
        { "訊息裡的 `{{0}}` 沒有對應的名稱", "`{{0}}` in the message names nothing" }
        help { "大括號裡須是這裡能用的名稱。", "braces hold a name that can be used here" }
    WrittenOut "G234" Warning
        { "訊息寫出了 `{0}` 的值，規則改變時不會跟著改變", "the message writes out the value of `{0}`, and will not change with it" }
        help { "請改寫成 `{{0}}`。", "write `{{0}}` in its place" }
    SecondStep "G235" Error
        { "`{0}` 有兩個以上的級距鍵", "`{0}` has more than one key with steps" }
        help { "`from` 與 `above` 只能有一個，其他的鍵請用 `by`。", "only one key may be `from` or `above`; the others are `by`" }
    RaggedTableRow "G236" Error
        { "`{0}` 每一列須有 {1} 個鍵與 {2} 個值", "a row of `{0}` has {1} key(s) and {2} value(s)" }
        help { "請補齊，或刪除多出來的。", "add what is missing, or delete what is too much" }
    DoubleKey "G237" Error
        { "`{0}` 有兩列的鍵相同", "two rows of `{0}` have the same keys" }
        help { "請刪除其中一列，或改正它的鍵。", "delete one of them, or mend its keys" }
    NotGraduated "G238" Error
        { "`{0}` 不能累進計算", "`{0}` cannot be graduated" }
        help { "累進的最後一個鍵須是 `from` 或 `above` 的數字，值都是百分比，且沒有 `otherwise`。", "its last key is a number with `from` or `above`, its values are percentages, and it has no `otherwise`" }
    TableGap "G239" Error
        { "`{0}` 沒有 {1} 的列", "`{0}` has no row for {1}" }
        help { "請補上這一列，或以 `otherwise => …` 收尾。", "add the row, or end with `otherwise => …`" }
    TableMayMiss "G240" Warning
        { "`{0}` 的鍵可以是表上沒有的值，那時沒有結果可算", "a key of `{0}` may be a value that is not listed; then nothing can be computed" }
        help { "請以 `otherwise => …` 收尾。", "end with `otherwise => …`" }
    UnknownColumn "G241" Error
        { "`{0}` 不是對照表的欄", "`{0}` is no column of the table" }
        help { "可以寫：{1}。", "write one of: {1}" }
    DayFirst "G242" Error
        { "日期要把年寫在前面", "a date begins with the year" }
        help { "", "" }
    ComparedWithItself "G243" Warning
        { "`{0}` 與自己比較", "`{0}` is compared with itself" }
        help { "請改寫其中一邊。", "put what was meant on one of the sides" }
    Unused "G244" Warning
        { "沒有規則用到 `{0}`", "no rule uses `{0}`" }
        help { "請刪除，或在規則裡用它。", "delete it, or use it in a rule" }
    SharedLabel "G229" Error
        { "標題 `{0}` 也是 `{1}` 的名稱或標題", "the label `{0}` is a name or label of `{1}` too" }
        help { "資料可以用標題稱呼欄位與選項，所以每個標題只能指一個，請改寫其中一個。", "data may call fields and choices by their labels, so each may mean one only: reword one of them" }

    // G3: types
    TypeMismatch "G301" Error
        { "這裡應為{0}，卻是{1}", "expected {0}, found {1}" }
        help { "", "" }
    UnitMismatch "G302" Error
        { "單位不同：{0}與{1}不能{2}", "different units: {0} and {1} cannot be {2}" }
        help { "", "" }
    NotAValueOf "G303" Error
        { "`{0}` 不是{1}的選項", "`{0}` is not one of the values of {1}" }
        help { "可用的選項為 {2}。", "its values are {2}" }
    NoSuchUnit "G304" Error
        { "{0}與{1}不能相乘", "{0} times {1} has no unit" }
        help { "", "" }
    ConstantNeeded "G305" Error
        { "這裡只能是固定的值", "only a constant can stand here" }
        help { "`let`、`in ( … )` 與捨入單位只能用數字、日期、文字與其他 `let`。", "`let`, `in ( … )` and the step of a rounding take numbers, dates, texts and other `let`s" }
    ConstantFails "G306" Error
        { "算不出固定的值：{0}", "the constant cannot be computed: {0}" }
        help { "", "" }
    EmptyRange "G307" Error
        { "範圍 {0}..{1} 的兩端須為整數，且由小到大", "{0}..{1} must run from a whole number to one not below it" }
        help { "", "" }
    TooManyValues "G308" Error
        { "選項超過 {0} 個", "more than {0} values" }
        help { "請改用 `text`。", "use `text` instead" }

    ShownInBaseUnit "G309" Error
        { "結果一律以「元」表示，不能寫 `in {0}`", "results are always in 元: `in {0}` cannot be asked for" }
        help { "請刪除 `in {0}`；報表可另以仟元顯示。", "leave `in {0}` out; reports may still show thousands" }
    NoUnit "G310" Error
        { "`{0}` 的單位無從得知：它只由自己前一年的值算出", "the unit of `{0}` cannot be told: it follows from earlier values of itself alone" }
        help { "請以 `in 單位` 或 `as %` 寫明，例如 `kpi {0} in 家 = …`。", "write it down with `in` or `as %`, as in `kpi {0} in 家 = …`" }
    RoundingStep "G311" Error
        { "捨入單位須大於零，不能是 `{0}`", "the step of a rounding is above zero: `{0}` cannot be one" }
        help { "例如 `round(金額, 1 元)` 取至元，`round(比率, 1%)` 取至百分之一。", "write `round(amount, 1 元)` for whole 元, `round(rate, 1%)` for whole percents" }
    MinguoYear "G312" Error
        { "`year(…)` 是西元年，這裡的 {0} 是民國年", "`year(…)` is a Gregorian year; {0} is one of the Minguo calendar" }
        help { "民國 {0} 年是西元 {1} 年。", "Minguo {0} is {1}" }

    // G4: tables of cases
    Overlap "G401" Error
        { "`{0}` 的兩列會同時成立", "two rows of `{0}` hold at once" }
        help { "請讓條件互斥；若次序有意義，請寫 `ordered`。", "make the conditions exclude each other, or write `ordered` where the order is meant" }
    Gap "G402" Error
        { "`{0}` 有資料不屬於任何一列", "a record falls in no row of `{0}`" }
        help { "請補上一列，或以 `otherwise => …` 收尾。", "add a row, or end with `otherwise => …`" }
    DeadRow "G403" Error
        { "`{0}` 的這一列永遠不會成立", "this row of `{0}` can never win" }
        help { "請更正條件或刪除這一列；`ordered` 的表也可以把它移到前面。", "correct the condition or delete the row; in an `ordered` table it may belong further up" }
    NotDecided "G404" Warning
        { "`{0}` 的條件太複雜，未能確定各列是否重疊或遺漏", "whether the rows of `{0}` overlap or leave gaps could not be decided" }
        help { "請改為與固定的值比較，或拆成較簡單的條件。", "compare fields with constants, or split the conditions" }
    OtherwiseDead "G405" Warning
        { "`{0}` 的 `otherwise` 永遠不會用到", "the `otherwise` of `{0}` is never reached" }
        help { "各列已包含所有情形，可以刪除。", "the rows already cover every record: it can go" }

    // G5: the shape of declarations
    NoMeasure "G501" Error
        { "`{0}` 沒有 `count` 或 `sum`", "`{0}` has neither `count` nor `sum`" }
        help { "", "" }
    RepeatedPart "G502" Error
        { "`{0}` 只能寫一次", "`{0}` can be written once only" }
        help { "請刪除多出的一個。", "delete the other" }
    MeasureName "G503" Error
        { "第二個 `count` 或 `sum` 須以 `as` 命名", "a second `count` or `sum` needs a name: `as …`" }
        help { "", "" }
    SplitNeedsParts "G504" Error
        { "這個 `split` 要以 `into 是, 否` 命名兩部分，或改用選項型的欄位", "this `split` needs `into yes, no`, or a field with named values" }
        help { "", "" }
    OnceKey "G505" Error
        { "`{0}` 的資料類別 `{1}` 沒有文字欄位 `{2}`", "`{0}` counts `{1}`, which has no text field `{2}`" }
        help { "`once … by` 的欄位須是每個 tally 的資料都有的文字欄位。", "the key of `once` is a text field that every tally's entity has" }
    BestShape "G506" Error
        { "`keep best` 只能用在兩組各一個計數的 tally", "`keep best` takes two groups of one counting tally each, within one parent" }
        help { "請改用 `keep none` 或 `keep first of (…)`。", "use `keep none` or `keep first of (…)`" }
    OnceOrder "G507" Error
        { "`keep` 的次序須恰好列出每一組的第一個 tally", "the order after `keep` names the first tally of every group, once each" }
        help { "", "" }
    KeyShape "G508" Error
        { "`{0}` 須有恰好一個必填的文字 `key` 欄位", "`{0}` needs exactly one `key` field, a text that is not optional" }
        help { "", "" }
    TooManyParts "G510" Error
        { "`{0}` 超過 {1} 個", "more than {1} `{0}`" }
        help { "請分成數個 tally。", "split the tally" }
    TooCostly "G511" Error
        { "`{0}` 判斷一次需要超過 {1} 個步驟", "deciding `{0}` once takes more than {1} steps" }
        help { "請減少分類表互相引用的次數。", "let the classifications refer to each other less often" }
    OnceByRoot "G512" Error
        { "同一組只會在各 `{0}` 之間衝突：請寫 `within programme by {0}` 與 `keep none`", "one group conflicts with itself only from one `{0}` to another: `within programme by {0}` with `keep none`" }
        help { "只比對一個 `{0}` 之內的資料時，請寫兩組以上。", "within one `{0}`, name two groups or more" }
    ProgrammeShape "G519" Error
        { "`programme` 只有一筆，沒有 `key`，也不屬於其他資料", "`programme` is a single record: it has no `key` and belongs to nothing" }
        help { "請刪除 `key` 或 `in …`。", "delete `key` or `in …`" }
    ReservedField "G509" Error
        { "欄位名稱 `{0}` 已另有用途", "a field cannot be called `{0}`" }
        help { "`targets`、`previous`、`reviewed`、`elsewhere` 與資料類別的名稱是資料格式的一部分，請改名。", "`targets`, `previous`, `reviewed`, `elsewhere` and the names of entities are part of the data format: choose another" }

    // G6: data
    JsonSyntax "G601" Error
        { "JSON 格式錯誤：{0}", "not valid JSON: {0}" }
        help { "", "" }
    JsonShape "G602" Error
        { "這裡應為{0}，卻是{1}", "expected {0}, found {1}" }
        help { "", "" }
    UnknownDataField "G603" Error
        { "`{1}` 沒有欄位 `{0}`", "`{1}` has no field `{0}`" }
        help { "請更正名稱，或刪除此欄。", "correct the name, or remove the field" }
    DuplicateField "G604" Error
        { "欄位 `{0}` 出現兩次", "field `{0}` is given twice" }
        help { "請刪除其中一個。", "remove one of them" }
    MissingKey "G605" Error
        { "缺少識別欄位 `{0}`", "the key `{0}` is missing" }
        help { "每一筆資料都要有自己的識別值。", "every record needs its own key" }
    DuplicateKey "G606" Error
        { "「{0}」的識別值 `{1}` 重複", "more than one {0} has the key `{1}`" }
        help { "請合併或改名（全形半形、前後空白、看不見的字元都視為相同）。", "merge or rename them (full-width forms, outer spaces and characters that cannot be seen make no difference)" }
    WrongType "G607" Error
        { "`{0}` 不是{1}", "`{0}` is not {1}" }
        help { "{2}", "{2}" }
    WrongChoice "G608" Error
        { "`{0}` 不是可用的選項", "`{0}` is not one of the choices" }
        help { "可用的選項為 {1}。", "the choices are {1}" }
    DataBadDate "G609" Error
        { "`{0}` 不是有效的日期", "`{0}` is not a date" }
        help { "請寫成 `2019-10-31`、`108/10/31` 或 `1081031`；年份須為三位（民國）或四位（西元）。", "write `2019-10-31`, `108/10/31` or `1081031`: three digits of year are Minguo, four Gregorian" }
    Negative "G610" Error
        { "`{0}` 是負數", "`{0}` is negative" }
        help { "金額與數量不可小於零。", "amounts and counts are never below zero" }
    TooManyDigits "G611" Error
        { "`{0}` 超過 28 位數字或 12 位小數", "`{0}` has more than 28 digits or 12 decimals" }
        help { "請確認這個數字。", "check the number" }
    Exponent "G612" Error
        { "`{0}` 使用了指數記號", "`{0}` uses an exponent" }
        help { "請寫出完整的數字。", "write the number out" }
    OutOfRange "G613" Error
        { "`{0}` 不在 {1} 到 {2} 之間", "`{0}` is not between {1} and {2}" }
        help { "請更正數字，或確認欄位是否填錯。", "correct the number, or check that it is in the right field" }
    DataPeriodReversed "G614" Error
        { "期間的結束日 {1} 早於開始日 {0}", "the period ends on {1}, before it starts on {0}" }
        help { "請確認年份，或對調兩個日期。", "check the years, or swap the two days" }
    HalfPeriod "G615" Error
        { "期間缺少{0}", "the period lacks its {0}" }
        help { "請補上{0}。", "add its {0}" }
    Dangling "G616" Error
        { "沒有名為 `{0}` 的{1}", "there is no {1} called `{0}`" }
        help { "請先登錄該筆資料，或更正名稱。", "add that record, or correct the name" }
    UnknownKpi "G617" Error
        { "沒有名為 `{0}` 的指標", "there is no KPI `{0}`" }
        help { "請更正指標代號，或刪除這一項。", "correct the id, or remove the entry" }
    MissingColumn "G618" Error
        { "`{1}` 缺少欄位 `{0}`", "`{1}` has no column `{0}`" }
        help { "必填欄位須有這一欄；尚未填寫的儲存格可以留空。", "a required field needs its column; cells not yet known may stay empty" }
    DuplicateColumn "G619" Error
        { "欄位標題 `{0}` 重複", "column `{0}` appears twice" }
        help { "請刪除其中一欄，或更正標題。", "remove one of the columns, or correct its heading" }
    CsvQuote "G620" Error
        { "引號不成對：{0}", "quotation marks do not match: {0}" }
        help { "含逗號或換行的內容須整個以雙引號包住，內部的雙引號寫兩次。", "put the whole cell in double quotes, and write a double quote inside it twice" }
    RaggedRow "G621" Error
        { "這一列有 {0} 欄，標題有 {1} 欄", "not as many cells as columns: {0} in this row, {1} in the header" }
        help { "請檢查逗號的數目；含逗號的內容須以雙引號包住，空白列請刪除。", "count the commas: a cell that holds one goes in double quotes, and a blank line has to go" }
    UnknownParent "G622" Error
        { "沒有識別值為 `{0}` 的{1}", "there is no {1} with the key `{0}`" }
        help { "請先登錄該筆資料，或更正識別值。", "add that record, or correct the key" }
    DataEncoding "G623" Error
        { "檔案不是 UTF-8、UTF-16，也不是 CP950（Big5）", "the file is neither UTF-8 nor UTF-16 nor CP950 (Big5)" }
        help { "請以 UTF-8 編碼另存新檔。", "save the file as UTF-8" }
    MissingTable "G624" Error
        { "缺少資料表 `{0}`", "the table `{0}` is missing" }
        help { "請加入這個資料表。", "add it" }
    UnknownTable "G625" Error
        { "規則包沒有對應 `{0}` 的資料類別", "no entity of the pack goes with `{0}`" }
        help { "可用的資料表為 {1}。", "the tables are {1}" }
    DataUnit "G626" Error
        { "`{0}` 不能用單位 `{1}`", "`{0}` cannot be given in `{1}`" }
        help { "可用的單位為 {2}。", "its units are {2}" }
    OtherUnit "G665" Error
        { "`{0}` 的單位是 `{1}`，這裡應為{2}", "`{0}` is in `{1}`, where {2} is wanted" }
        help { "請換算成這個單位，沒有單位時只寫數字；金額整欄都用別的單位時，寫在欄位標題，如 `金額(仟元)`。", "convert it, or write the number alone where it has no unit; where a whole column of money is in another unit, say so in its heading, as in `amount(仟元)`" }
    ScaledFormat "G666" Error
        { "儲存格的數字是 `{0}`，卻顯示為 `{1}`，無法確定哪一個的單位是 `{2}`", "the cell holds `{0}` and shows `{1}`: which of them is in `{2}` is not certain" }
        help { "請把儲存格改成一般的數字格式（格式裡的 `,` 會少顯示三位數），再確認數字。", "set a plain number format (a `,` at the end of one hides three digits), and check the number" }
    DataTooLarge "G627" Error
        { "資料超過上限：{0}", "the data is over a limit: {0}" }
        help { "請確認檔案是否正確，或分次處理。", "check that this is the right file, or process it in parts" }
    NoData "G628" Error
        { "檔案裡沒有資料", "there is no data in the file" }
        help { "請確認檔案已經存檔。", "check that the file was saved" }
    ProgrammeTwice "G630" Error
        { "`programme` 的資料只能有一筆", "there can be only one record of `programme`" }
        help { "請刪除多出的一筆。", "remove the others" }
    WrongKpiScope "G631" Error
        { "`{0}` 是{1}的指標，不能在這裡給", "`{0}` is a KPI of {1}: it cannot be given here" }
        help { "請移到{1}的資料裡。", "move it to the data of {1}" }
    ControlCharacter "G629" Error
        { "資料裡有控制字元 {0}", "the data has the control character {0}" }
        help { "請刪除此字元。", "delete it" }
    MisleadingCharacter "G663" Warning
        { "`{0}` 有肉眼分辨不出的字元 {1}，{2}", "`{0}` has {1}, which nobody can tell by looking: {2}" }
        help { "請在原始資料刪除它，或重新輸入成一般的字元。", "delete it where the data comes from, or type the value again" }
    OutsidePeriod "G667" Warning
        { "`{0}` 的 `{1}` 沒有一筆在規則包的期間 {2} 之內（資料是 {3}）", "no `{1}` of `{0}` is within the period of the pack, {2}: they are {3}" }
        help { "請確認這是不是這一年度的資料；其他年度的資料，請用那一年度的規則包評核。", "check that these are the data of that year; judge data of another year by the pack of that year" }
    UnmarkedShare "G664" Warning
        { "`{0}` 沒有寫 %，讀成 {1}", "`{0}` has no %: it is read as {1}" }
        help { "請寫成 `{0}%`；真的是 {1} 時，請寫 `{1}`。", "write `{0}%`, or `{1}` where the share is really that large" }
    FloatNumber "G632" Error
        { "`{0}` 是浮點數，不一定是原來寫的數字", "`{0}` is a binary float, which need not be the number that was written" }
        help { "請給 Decimal、整數或文字；確定要用浮點數最短的寫法時，加上 `floats=\"shortest\"`。", "give Decimal, whole numbers or texts; or `floats=\"shortest\"`, where the shortest spelling of each float is the number that is meant" }
    NotFinite "G633" Error
        { "`{0}` 不是數字", "`{0}` is not a number" }
        help { "尚未知道的值請留空（null）。", "leave a value that is not known empty (null)" }
    TimeOfDay "G634" Error
        { "`{0}` 帶有時刻，這裡只能是日期", "`{0}` has a time of day, where a date is wanted" }
        help { "請先轉成日期。", "convert it to a date without a time" }
    TimeZone "G635" Error
        { "`{0}` 帶有時區，是哪一天要看時區", "`{0}` has a time zone, on which its day depends" }
        help { "請先依要用的時區轉成日期。", "convert the column to dates, in the time zone that is meant" }
    WrongColumn "G636" Error
        { "這一欄是{0}，不是{1}", "the column holds {0}, not {1}" }
        help { "請轉換這一欄；文字（如統一編號）要保留開頭的零。", "convert the column; texts such as ids keep their leading zeros" }
    BadFrame "G637" Error
        { "無法讀取這個資料表：{0}", "this table cannot be read: {0}" }
        help { "{1}", "{1}" }
    WrongCell "G651" Error
        { "`{0}` 是{1}儲存格，不是{2}", "`{0}` is {1} here, not {2}" }
        help { "請更正內容；編號之類的文字，請先把儲存格格式設為「文字」再重新輸入，才會保留開頭的零，也不會被改成日期。", "correct it; for texts such as ids, set the format of the cells to text and type them again: they keep their leading zeros then, and are not turned into dates" }
    SheetTwice "G652" Error
        { "工作表 `{0}` 與 `{1}` 都是 `{2}` 的資料", "the sheets `{0}` and `{1}` both have the records of `{2}`" }
        help { "請合併成一個工作表，或刪除其中一個。", "put them together in one sheet, or delete one" }
    NoHeadings "G653" Error
        { "第一列不是欄位標題", "the first row has no heading that is known" }
        help { "欄位標題須在工作表的最上面一列；請刪除上方的表名與說明，並使用欄位的名稱或標籤：{0}。", "the headings stand in the top row of the sheet: delete titles and remarks above them, and use the names or labels of the fields: {0}" }
    MergedCells "G654" Error
        { "`{0}` 是合併儲存格", "the cells `{0}` are merged" }
        help { "請取消合併，並在每一格各自填入內容。", "unmerge them, and fill in each cell" }
    CellError "G655" Error
        { "儲存格是錯誤值 `{0}`", "the cell has the error `{0}`" }
        help { "請更正公式或它參照的儲存格；尚未知道的值請留空。", "correct the formula or the cells it refers to; leave a value that is not known empty" }
    NotCalculated "G656" Error
        { "公式還沒有計算結果", "the formula has no result yet" }
        help { "請以試算表軟體開啟檔案，重新計算後存檔；或把公式改成值。", "open the file in a spreadsheet program and save it, or put the value in place of the formula" }
    Imprecise "G657" Error
        { "`{0}` 超過 15 位數字，試算表無法準確保存", "`{0}` has more than the 15 digits that a spreadsheet keeps exactly" }
        help { "編號請改為文字格式並重新輸入；計算出來的數字請以 ROUND 取到需要的小數位數。", "set ids as text and type them again; round what is calculated by ROUND to the decimals it needs" }
    HiddenRead "G658" Advice
        { "工作表 `{0}` 隱藏的部分也讀取了：{1}", "what is hidden in sheet `{0}` was read too: {1}" }
        help { "不要採計的資料請從檔案刪除。", "delete from the file what is not to count" }
    BadWorkbook "G659" Error
        { "無法讀取這個試算表檔：{0}", "this workbook cannot be read: {0}" }
        help { "{1}", "{1}" }
    BlankRow "G660" Error
        { "這一列是空白的", "this row is blank" }
        help { "請刪除這一列；只有結尾的空白列不計。", "delete it; only blank rows at the end are ignored" }
    BesideColumns "G661" Error
        { "標題只到 {0} 欄，這一格在它右邊", "the headings end at column {0}, left of this cell" }
        help { "請把內容移到有標題的欄，或刪除。", "move it under a heading, or delete it" }
    NotCommas "G662" Error
        { "各欄以{0}分隔，不是逗號", "the columns are set apart by {0}, not by commas" }
        help { "請重新匯出為以逗號分隔的 CSV（UTF-8）。", "export the table again as CSV with commas (UTF-8)" }
    NotAResult "G640" Error
        { "這不是評核結果：{0}", "this is not the result of an evaluation: {0}" }
        help { "請給較早年度以 `guiju evaluate … --format json` 產生的檔案。", "give what `guiju evaluate … --format json` wrote for an earlier year" }
    ResultAsData "G641" Error
        { "這是評核結果，不是資料", "this is the result of an evaluation, not data" }
        help { "請給原來的資料；較早年度的結果要以 `--previous` 提供。", "give the data itself; the result of an earlier year goes after `--previous`" }
    NotEarlier "G642" Error
        { "`{0}` 的結果（{1}）不早於 `{2}`（{3}）", "the result of `{0}` ({1}) is not earlier than `{2}` ({3})" }
        help { "前一年結果的期間須在本規則包的期間開始前結束；一次評核數個年度時，請由早到晚排列。", "a result is previous only if its period ends before that of the pack begins; give several years in the order of time" }
    OtherRoots "G643" Error
        { "結果裡是 `{0}`，規則包 `{1}` 評核的是 `{2}`", "the result is about `{0}`, but pack `{1}` judges `{2}`" }
        help { "請給同一計畫較早年度的結果。", "give an earlier result of the same programme" }
    EarlierUnit "G644" Error
        { "`{0}` 的單位不同：`{1}` 的結果是{2}，規則包是{3}", "the unit of `{0}` differs: {2} in the result of `{1}`, {3} in the pack" }
        help { "意義不同的指標請用不同的名稱。", "give KPIs that mean different things different names" }
    EarlierDiffers "G645" Error
        { "{0} 的 `{1}` 有兩個前一年的值：資料是 {2}，`{3}` 的結果是 {4}", "{0} has two previous values of `{1}`: {2} in the data, {4} in the result of `{3}`" }
        help { "請更正其中之一，或刪除資料裡的前一年值。", "correct one of them, or leave the previous value out of the data" }
    EarlierOpen "G646" Advice
        { "`{0}` 的結果有 {1} 個值不是確定的數字，前一年值視為未提供（{2}）", "values in the result of `{0}` that are no known numbers stay missing as previous values: {1} ({2})" }
        help { "", "" }
    EarlierEnded "G647" Advice
        { "{0} 個{1}只在 `{2}` 的結果裡，沒有這次的資料：{3}", "in the result of `{2}` but not in the data ({1}: {0}): {3}" }
        help { "", "" }
    EarlierNew "G648" Advice
        { "{0} 個{1}不在 `{2}` 的結果裡，沒有前一年的值：{3}", "in the data but not in the result of `{2}`, so without previous values ({1}: {0}): {3}" }
        help { "", "" }
    EarlierKpis "G649" Advice
        { "`{0}` 的結果有 {1} 個指標是這個規則包沒有的，不採用：{2}", "KPIs in the result of `{0}` that the pack does not have are left out ({1}): {2}" }
        help { "", "" }
    EarlierGap "G650" Advice
        { "`{0}` 的期間到 {1} 為止，這個規則包從 {2} 開始：前一年的值來自更早的年度", "the period of `{0}` ends on {1}, that of the pack begins on {2}: previous values are older than last year's" }
        help { "", "" }

    // G7: tests in packs
    TestFailed "G701" Error
        { "測試「{0}」不成立：應為 {1}，實為 {2}", "test \"{0}\" fails: expected {1}, got {2}" }
        help { "", "" }
    TestData "G702" Error
        { "測試「{0}」的資料有誤：{1}", "the data of test \"{0}\" is wrong: {1}" }
        help { "", "" }
    TestEmpty "G703" Error
        { "測試「{0}」沒有任何 `expect`", "test \"{0}\" expects nothing" }
        help { "", "" }
    TestPath "G704" Error
        { "測試「{0}」裡沒有 `{1}`", "test \"{0}\" has no `{1}`" }
        help { "", "" }

    // G8: results
    NoKey "G801" Warning
        { "沒有填寫 {0}，不參與「{1}」的重複認列檢查", "no {0} is given, so it takes no part in \"{1}\"" }
        help { "", "" }
    NotFilledIn "G802" Error
        { "「{0}」尚未填寫", "{0} is not filled in yet" }
        help { "", "" }
    NeededToDecide "G803" Warning
        { "還不能判斷是否計入「{1}」：請填寫「{0}」", "whether it counts in {1} is open until {0} is filled in" }
        help { "", "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_messages_carry_the_same_holes() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            let info = code.info();
            assert!(seen.insert(info.id), "{} twice", info.id);
            for n in 0..4 {
                let hole = format!("{{{n}}}");
                let [zh, en] = info.message;
                assert_eq!(zh.contains(&hole), en.contains(&hole), "{} hole {n}", info.id);
            }
        }
    }
}
