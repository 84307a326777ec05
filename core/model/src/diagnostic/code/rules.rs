//! What is found in rules: G1 writing, G2 names, G3 types, G4 tables of cases, G5 the shape of
//! declarations. Not here: what is found in data and results (`data`).

use super::{Code, CodeInfo};
use crate::diagnostic::Severity;

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
        help { "請補上 `{1}`。", "write `{1}` where it should end" }
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
    FirstColumn "G120" Error
        { "`{0}` 寫在行首，會被當作新的宣告", "`{0}` in the first column begins a new declaration" }
        help { "若它接續前一項，請縮排。", "indent the line, if it goes on with the declaration before it" }
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
        { "沒有可以隸屬的資料類別 `{0}`", "there is no entity `{0}` that records can belong to" }
        help { "`in …` 後面是最上層的資料類別、另一個屬於它的資料類別，或 `programme`（全計畫共用）。", "`in …` names the root, another entity that belongs to it, or `programme` for records that all roots share" }
    TooManyLevels "G258" Error
        { "`{0}` 隸屬的層數過多，最上層以下最多 {1} 層", "`{0}` stands too deep: it may have {1} entities between itself and the root" }
        help { "請少分幾層。", "use fewer levels" }
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
        { "要求{0}，卻沒有說明不符時的理由", "{0} is required without a reason to refuse with" }
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
        { "`{0}` 每一列須有 {1} 個鍵與 {2} 個值", "a row of `{0}` needs {1} key(s) and {2} value(s)" }
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
    ComparedWithItself "G243" Warning
        { "`{0}` 與自己比較", "`{0}` is compared with itself" }
        help { "請改寫其中一邊。", "put what was meant on one of the sides" }
    DayFirst "G245" Error
        { "日期要把年寫在前面", "a date begins with the year" }
        help { "", "" }
    Unused "G244" Warning
        { "沒有規則用到 `{0}`", "no rule uses `{0}`" }
        help { "請刪除，或在規則裡用它。", "delete it, or use it in a rule" }
    UnknownKeyType "G242" Error
        { "`{0}` 不能作為對照表的鍵", "`{0}` cannot be the key of a table" }
        help { "鍵寫成 `資料.欄位`，或型別：{1}。", "a key is written as `entity.field`, or as one of the types {1}" }
    UnknownColumn "G241" Error
        { "`{0}` 不是對照表的欄", "`{0}` is no column of the table" }
        help { "可以寫：{1}。", "write one of: {1}" }
    FiguresOfRoot "G246" Error
        { "`{0}` 的數字是指標，不寫在 `{0}.` 之後", "figures of `{0}` are KPIs, without `{0}.` before their names" }
        help { "請寫 `tally {1} from …`。", "write `tally {1} from …`" }
    NoReference "G247" Error
        { "`{0}` 沒有欄位指向 `{1}`，不知道哪些資料屬於它", "`{0}` has no field that refers to `{1}`, so nothing says which records belong to it" }
        help { "請在 `from {0}` 之後寫 `by 欄位`：兩種資料都有的欄位。", "write `by field` after `from {0}`: a field that both have" }
    SeveralReferences "G248" Error
        { "`{0}` 有數個欄位指向 `{1}`", "`{0}` has several fields that refer to `{1}`" }
        help { "請寫明是哪一個，例如 `by {2}`。", "say which one, as in `by {2}`" }
    NoSharedKey "G249" Error
        { "`{1}` 的 `{0}` 不能作為共同的鍵", "`{0}` of `{1}` cannot be a key in common" }
        help { "鍵在兩種資料裡須是同一型別的欄位，且不是清單或期間。", "a key is a field of one type in both entities, and no list or period" }
    AmongByRoot "G253" Error
        { "`among` 比對一筆一筆的資料，不能再寫 `by {0}`", "`among` compares records, not each `{0}` as a whole: `by {0}` cannot stand here" }
        help { "請刪除 `by {0}`；`within programme` 就會比對所有 `{0}` 的資料。", "leave `by {0}` out: `within programme` compares the records of every `{0}`" }
    AmongOwnKey "G254" Warning
        { "`{0}` 是識別碼，沒有兩筆相同，這條規則不會使任何一筆不計", "`{0}` is the key of the records, which no two share: the rule never refuses one" }
        help { "請改以共用的欄位比對，例如憑證編號。", "compare by a field that records can share, such as the id of a document" }
    SplitOfRecord "G250" Error
        { "`{0}` 是單筆資料的數字，不能 `split`", "`{0}` makes figures of single records, which have no parts: `split` cannot stand here" }
        help { "請另寫一個有 `select` 的 `tally`。", "write another tally with a `select`" }
    KeyWithoutOwner "G251" Error
        { "`{0}` 的數字不是單筆資料的，後面的 `by` 沒有意義", "`{0}` makes no figures of single records, so `by` says nothing here" }
        help { "請在名稱前寫明資料，例如 `tally 資料.{0} from … by …`；要分成數部分時用 `split`。", "write the entity before the name, as in `tally entity.{0} from … by …`; for parts, write `split`" }
    NotOverRecords "G252" Error
        { "`{0}` 不能這樣問 `{1}` 的各筆資料", "`{0}` cannot be asked of the records of `{1}` so" }
        help { "`some(資料: 條件)` 與 `every(資料: 條件)` 問屬於這一筆的資料；要算出數字請寫 `tally`。", "`some(entity: condition)` and `every(entity: condition)` ask the records that belong to this one; figures are made by a `tally`" }
    EmptyText "G280" Error
        { "每段文字都含有空白文字", "every text has the empty text in it" }
        help { "請寫出要找的字；要問是否填寫，請寫 `is known`。", "write down what to look for; `is known` asks whether a text is given" }
    NoForm "G283" Error
        { "`{0}` 不是文字的格式", "`{0}` is no form of texts" }
        help { "`A` 是一個字母，`9` 是一個數字，其他字元就是它本身：`AA-99999999`。", "`A` is a letter, `9` a digit, and other characters are themselves: `AA-99999999`" }
    TargetUnit "G281" Error
        { "`{0}` 是{1}，它的目標卻是{2}", "`{0}` is {1}, and its target {2}" }
        help { "請加總相同單位的數字。", "add up what has the same unit" }
    TargetChooses "G282" Error
        { "`{0}` 的目標由計入的資料算出，不能再用來決定哪些資料計入", "the target of `{0}` follows from the records that count, so it cannot choose which do" }
        help { "請改用 `keep first of (…)`，或刪除 `target`。", "use `keep first of (…)`, or delete the `target`" }
    TableFileName "G284" Error
        { "`{0}` 不是規則檔旁的 CSV 檔名", "`{0}` does not name a CSV file beside this one" }
        help { "請寫同一資料夾裡的檔名，如 `file \"rates.csv\"`，不含資料夾。", "write the name of one in the same folder, such as `file \"rates.csv\"`, without folders" }
    TableFileMissing "G285" Error
        { "規則檔旁沒有 `{0}`", "there is no file `{0}` beside the rules" }
        help { "請把檔案放在這個規則檔的資料夾裡，或更正檔名。", "put it into the folder of this file, or correct its name" }
    EmptyTableCell "G286" Error
        { "`{0}` 的這一格沒有內容", "nothing stands in this cell of `{0}`" }
        help { "表上每個鍵與每個值都須填寫。", "every key and every value of a table has to be given" }
    AllowanceUnread "G290" Error
        { "這一行讀不懂：`{0}`", "this line cannot be read: `{0}`" }
        help { "每一項寫四行：規則的名稱、`-` 原文、`+` 改後（省略時只寫 `+`）、`because` 加上引號裡的理由", "write four lines for each: the rule's name, `-` and the part as it is, `+` and the part as it would read (`+` alone where it is dropped), `because` and a reason in quotation marks" }
    AllowedInVain "G291" Warning
        { "沒有這樣的變更未被測試發現：`{0}`", "no change like this goes unnoticed: `{0}`" }
        help { "刪掉這一項，或照 `guiju mutate` 的輸出更新", "take the entry out, or write it as `guiju mutate` shows the change now" }
    SharedLabel "G229" Error
        { "標題 `{0}` 也是 `{1}` 的名稱或標題", "the label `{0}` is a name or label of `{1}` too" }
        help { "資料可以用標題稱呼欄位與選項，所以每個標題只能指一個，請改寫其中一個。", "data may call fields and choices by their labels, so each may mean one only: reword one of them" }

    AwardIncomplete "G260" Error
        { "核給 `{0}` 少了 `{1}`", "the award `{0}` lacks `{1}`" }
        help { "請寫 `order …` 與 `places …`，或 `order …`、`budget … give … rest partly`，或 `budget … in proportion to … step …`。", "write `order …` with `places …` or `budget … give … rest partly`, or `budget … in proportion to … step …`" }
    AwardParts "G261" Error
        { "`{0}` 與 `{1}` 不能並用", "`{0}` and `{1}` do not go together" }
        help { "名額與經費擇一；按比例分配的沒有名次。", "an award has places or a budget, and a budget shared in proportion has no ranks" }
    AwardScope "G262" Error
        { "取自 `{0}` 的核給須寫 `{1}`，取自其他資料的不寫", "an award from `{0}` is `{1}`, one from other records is not" }
        help { "各 `{0}` 之間的評比寫 `{1}`；一個 `{0}` 之內各筆資料的評比不寫。", "write `{1}` to compare one `{0}` with another, and leave it out to compare records within each" }
    AwardTooEarly "G263" Error
        { "這裡還不知道 `{0}`：所有指標都算出之後，才在全計畫核給", "`{0}` is not known here: awards for the programme come after all figures of the roots" }
        help { "只有整體計畫的指標可在 `sum(…)`、`count(…)` 等之內引用，或由另一個核給的 `require` 引用。", "ask for it within `sum(…)` or `count(…)` in a KPI for the programme, or in the `require` of another award" }
    NoObligation "G264" Error
        { "`{0}` 不是各計畫自己的義務", "`{0}` is no obligation of each root" }
        help { "`is met` 之前請寫 `obligation` 的名稱；`for programme` 與 `for every kpi with target` 的義務不能引用。", "name an `obligation` before `is met`, but none `for programme` or `for every kpi with target`" }
    MetTooEarly "G265" Error
        { "`{0} is met` 是問某一個資料是否達成義務，這裡沒有問的對象", "`{0} is met` asks whether one root meets an obligation, and nothing here is about one root" }
        help { "對全計畫請寫在函數裡，例如 `count({0} is met)`。", "over all roots ask it within a function, as in `count({0} is met)`" }
    AwardNumber "G266" Error
        { "`{0}` 的數字不合：名額與備取名額須為不小於零的整數，級距須大於零", "`{0}` has a number it cannot have: `places` and `reserve` take a whole number, `step` one above zero" }
        help { "", "" }
    TogetherInBudget "G267" Error
        { "同分者一併核給，經費就會不足", "equals who are counted together would be given more than the budget" }
        help { "有經費上限時請寫 `ties open` 或 `ties none`。", "with a budget write `ties open` or `ties none`" }
    NotAList "G268" Error
        { "`{0}` 不是清單：清單是只有鍵的資料類別，屬於最上層資料或全計畫", "`{0}` is no list: a list is an entity of nothing but a `key`, in the root or in `programme`" }
        help { "有其他欄位的資料請以欄位引用（`hotel: hotel`），再讀取它的內容。", "refer to records with other fields by a field (`hotel: hotel`), and read what they have" }

    AwardOfRecords "G269" Error
        { "`{0}` 是各筆 `{1}` 的核給結果，這裡沒有指明是哪一筆", "`{0}` is what an award makes of a record of `{1}`, and nothing here says of which one" }
        help { "請在取自 `{1}` 的 `tally`、`{1}` 的 `let` 或 `check` 裡引用，或寫 `some({1}: counted in …)`；`classify` 不能引用。", "ask it in a `tally` from `{1}`, a `let` or `check` of `{1}`, or as `some({1}: counted in …)`; `classify` cannot ask it" }

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
    MinguoYear "G312" Error
        { "`year(…)` 是西元年，這裡的 {0} 是民國年", "`year(…)` is a Gregorian year; {0} is one of the Minguo calendar" }
        help { "民國 {0} 年是西元 {1} 年。", "Minguo {0} is {1}" }
    RoundingStep "G311" Error
        { "捨入單位須大於零，不能是 `{0}`", "the step of a rounding is above zero: `{0}` cannot be one" }
        help { "例如 `round(金額, 1 元)` 取至元，`round(比率, 1%)` 取至百分之一。", "write `round(amount, 1 元)` for whole 元, `round(rate, 1%)` for whole percents" }
    NoUnit "G310" Error
        { "`{0}` 的單位無從得知：它只由自己前一年的值算出", "the unit of `{0}` cannot be told: it follows from earlier values of itself alone" }
        help { "請以 `in 單位` 或 `as %` 寫明，例如 `kpi {0} in 家 = …`。", "write it down with `in` or `as %`, as in `kpi {0} in 家 = …`" }

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

    CountedTwice "G406" Warning
        { "`{0}` 與 `{1}` 相加，但同一筆 `{2}` 可能兩者都計入", "`{0}` and `{1}` are added, and one record of `{2}` can count in both" }
        help { "請在 `{1}` 寫 `require not counted in {0} else \"…\" @ 條文`，或以 `once … by {3} between {0}, {1} keep …` 擇一；有意加權時，改用一個 `tally` 加總權數。", "add `require not counted in {0} else \"…\" @ clause` to `{1}`, or let `once … by {3} between {0}, {1} keep …` choose; a weight that is meant is one `tally` with a `sum` of it" }
    CountedTwiceWithin "G407" Warning
        { "`{0}` 與 `{1}` 相加，但同一筆 `{2}` 可能在兩者之中", "`{0}` and `{1}` are added, and one record of `{2}` can be in both" }
        help { "請減去兩者都有的部分，或改加不相重疊的計數項與分項；有意加權時，改用一個 `tally` 加總權數。", "take off what is in both, or add tallies and parts that are apart; a weight that is meant is one `tally` with a `sum` of it" }

    // G5: the shape of declarations
    NoMeasure "G501" Error
        { "`{0}` 沒有 `count`、`sum` 等數字", "`{0}` has no `count`, `sum` or other figure" }
        help { "", "" }
    RepeatedPart "G502" Error
        { "`{0}` 只能寫一次", "`{0}` can be written once only" }
        help { "請刪除多出的一個。", "delete the other" }
    MeasureName "G503" Error
        { "第二個 `count`、`sum` 等數字須以 `as` 命名", "a second `count`, `sum` or other figure needs a name: `as …`" }
        help { "", "" }
    FirstIsNamed "G515" Error
        { "`{0}` 的第一個數字就叫 `{0}`，不能再以 `as` 命名", "the first figure of `{0}` is called `{0}` too, and takes no `as`" }
        help { "請刪除 `as …`。`count` 與後面的 `distinct` 是一個數字：兩個都要時寫 `count  count distinct … as 名稱`。", "leave `as …` out. `count` with `distinct` behind it is one figure: to have both, write `count  count distinct … as name`" }
    SplitNeedsParts "G504" Error
        { "這個 `split` 要以 `into 是, 否` 命名兩部分，或改用選項型的欄位", "this `split` needs `into yes, no`, or a field with named values" }
        help { "", "" }
    OnceKey "G505" Error
        { "`{0}` 的資料類別 `{1}` 沒有可以作為鍵的欄位 `{2}`", "`{0}` counts `{1}`, which has no field `{2}` that can be a key" }
        help { "`once … by` 的欄位或具名的值須是每個 tally 的資料都有的，且不是清單或期間。", "the key of `once` is a field or a named value that every tally's entity has, and no list or period" }
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
    BelowShared "G513" Error
        { "`{0}` 由全計畫共用，`{1}` 不能再屬於它", "all roots share `{0}`: `{1}` cannot belong to it" }
        help { "請寫 `{1} in programme`，再以欄位引用 `{0}`。", "write `{1} in programme`, with a field that refers to `{0}`" }
    SharedByRoots "G514" Error
        { "`{0}` 由全計畫共用，不能逐筆計入各個最上層資料", "all roots share `{0}`: its records cannot be taken one by one for each root" }
        help { "請從引用 `{0}` 的資料算起，以該欄位讀取 `{0}` 的內容。", "begin with records that refer to `{0}`, and read it through their field" }
    ReservedField "G509" Error
        { "欄位名稱 `{0}` 已另有用途", "a field cannot be called `{0}`" }
        help { "`targets`、`previous`、`reviewed`、`elsewhere` 與資料類別的名稱是資料格式的一部分，請改名。", "`targets`, `previous`, `reviewed`, `elsewhere` and the names of entities are part of the data format: choose another" }
}
